//! The code that a socket closes with (RFC 6455, 7.4.1; 4401 is ours: sign in again).

use actix_ws::{CloseCode, ProtocolError};

use crate::live::End;

pub fn code_of(end: End) -> CloseCode {
    match end {
        End::SignedOut => CloseCode::Other(4401),
        End::Stopping => CloseCode::Restart,
        End::Slow => CloseCode::Again,
    }
}

pub fn code_of_error(error: &ProtocolError) -> CloseCode {
    match error {
        ProtocolError::Overflow => CloseCode::Size,
        ProtocolError::Io(cause) if cause.to_string().contains("continuation size") => {
            CloseCode::Size
        }
        ProtocolError::Io(cause) if cause.kind() == std::io::ErrorKind::InvalidData => {
            CloseCode::Invalid
        }
        ProtocolError::Io(cause) if cause.to_string().contains("utf") => CloseCode::Invalid,
        _ => CloseCode::Protocol,
    }
}
