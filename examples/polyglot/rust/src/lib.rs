//! Clients and servers of Shop, Stock, Prices and Taxes; `POLYGLOT_CODE` says where the generated code is.

pub mod v1 {
    include!(concat!(env!("POLYGLOT_CODE"), "/polyglot/v1/polyglot.v1.rs"));
}
