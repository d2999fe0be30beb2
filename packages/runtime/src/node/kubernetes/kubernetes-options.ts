/** How the API server of Kubernetes is reached. In a pod nothing needs to be said. */
export interface KubernetesOptions {
  /**
   * As `https://10.0.0.1:6443`, or `http://127.0.0.1:8001` for `kubectl proxy`. Default: what the environment variables
   * KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT say.
   */
  readonly apiServer?: string;
  /**
   * The folder with `token`, `ca.crt` and `namespace`, each of which is read anew for every request. The token is never
   * sent over cleartext. Default `/var/run/secrets/kubernetes.io/serviceaccount`.
   */
  readonly credentialsDirectory?: string;
}

/** Where pods find who they are. */
export const DEFAULT_CREDENTIALS_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount";
