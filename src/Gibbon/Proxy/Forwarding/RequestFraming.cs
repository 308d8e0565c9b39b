using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Proxy.Forwarding;

/// <summary>How the end of the request's body is told to the service: by length if it is known, else by chunks.</summary>
internal static class RequestFraming
{
    public static void Set(Exchange exchange)
    {
        OutgoingRequest outgoing = exchange.Outgoing;
        MessageBody body = exchange.Body.Current;
        long length = body.Length;
        if (length > 0)
        {
            outgoing.Framing = MessageFraming.ContentLength;
            outgoing.ContentLength = length;
        }
        else if (length < 0)
        {
            outgoing.Framing = MessageFraming.Chunked;
        }
        else
        {
            // An empty body that was announced stays announced: some services insist on Content-Length: 0.
            HeaderTable headers = exchange.Downstream.Request.Headers;
            bool wasAnnounced = headers.Contains(KnownHeader.ContentLength) || headers.Contains(KnownHeader.TransferEncoding);
            outgoing.Framing = wasAnnounced ? MessageFraming.ContentLength : MessageFraming.None;
            outgoing.ContentLength = 0;
        }
    }
}
