using Gibbon.Pdk;

namespace Gibbon.Proxy.Exchanges;

/// <summary>An answer that the gateway gives itself: an exit of a plugin, an error, a redirect. At most one counts in a request: the first.</summary>
internal sealed class OwnAnswer
{
    public bool IsSet { get; private set; }

    public int Status { get; private set; }

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>The body's type; null sends none unless <see cref="Headers"/> has one.</summary>
    public string? ContentType { get; private set; }

    /// <summary>Headers to set; theirs go before <see cref="ContentType"/>.</summary>
    public HeaderMap? Headers { get; private set; }

    /// <summary>Whether it is a page of the web server's, whose Content-Length stands elsewhere than on answers that Kong's code makes.</summary>
    public bool IsBarePage { get; set; }

    /// <summary>Who is said to have made the response.</summary>
    public ResponseSource Source { get; private set; }

    /// <summary>For gRPC clients, <c>grpc-status</c> and <c>grpc-message</c>; a status of -1 sends neither.</summary>
    public int GrpcStatus { get; private set; }

    public string? GrpcMessage { get; private set; }

    public void Set(int status, ReadOnlyMemory<byte> body, string? contentType, HeaderMap? headers, ResponseSource source)
    {
        IsSet = true;
        IsBarePage = false;
        Status = status;
        Body = body;
        ContentType = contentType;
        Headers = headers;
        Source = source;
        GrpcStatus = -1;
        GrpcMessage = null;
    }

    public void SetGrpc(int grpcStatus, string? message)
    {
        GrpcStatus = grpcStatus;
        GrpcMessage = message;
    }

    public void Reset()
    {
        IsSet = false;
        Body = default;
        ContentType = null;
        Headers = null;
        GrpcMessage = null;
    }
}
