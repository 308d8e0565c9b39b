namespace Gibbon.Proxy.Messages;

/// <summary>The protocol version a message was sent with.</summary>
internal enum HttpVersion : byte
{
    Http10,
    Http11,
    Http2,
}
