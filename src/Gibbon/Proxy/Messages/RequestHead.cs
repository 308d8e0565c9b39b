using System.Text;

namespace Gibbon.Proxy.Messages;

/// <summary>A request's head: what stands in the request line, the headers, and what they mean for framing and connection.</summary>
internal sealed class RequestHead
{
    private (int Offset, int Length) _line;
    private (int Offset, int Length) _method;
    private (int Offset, int Length) _target;
    private (int Offset, int Length) _authority;

    public HeaderTable Headers { get; } = new();

    public RequestMethod Method { get; private set; }

    /// <summary>The method's bytes, upper case as received.</summary>
    public ReadOnlySpan<byte> MethodBytes => Headers.Slice(_method.Offset, _method.Length);

    /// <summary>The method as a string; no allocation for those that have a number.</summary>
    public string MethodString => RequestMethods.Name(Method) ?? Encoding.ASCII.GetString(MethodBytes);

    /// <summary>The request line without its line end (<c>$request</c>). Made up from its parts in HTTP/2.</summary>
    public ReadOnlySpan<byte> RequestLine => Headers.Slice(_line.Offset, _line.Length);

    /// <summary>
    /// The target in origin form, raw as received (<c>$request_uri</c>): path and query, nothing decoded. Of an absolute target, the part
    /// behind the authority, <c>/</c> when there is none.
    /// </summary>
    public ReadOnlySpan<byte> Target => Headers.Slice(_target.Offset, _target.Length);

    /// <summary>The host and port the client asked for, raw: of an absolute target its authority, else the Host header; empty in HTTP/1.0 without Host.</summary>
    public ReadOnlySpan<byte> Authority => _authority.Length > 0 ? Headers.Slice(_authority.Offset, _authority.Length)
        : Headers.TryGet(KnownHeader.Host, out var host) ? host : default;

    public HttpVersion Version { get; set; }

    /// <summary>How the body ends: <see cref="MessageFraming.None"/>, <see cref="MessageFraming.ContentLength"/> or <see cref="MessageFraming.Chunked"/>.</summary>
    public MessageFraming Framing { get; set; }

    /// <summary>The announced length; 0 without a body, -1 when only the end of the chunks tells.</summary>
    public long ContentLength { get; set; }

    /// <summary>Whether the client would keep the connection.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>Whether the client waits for <c>100 Continue</c> before it sends the body.</summary>
    public bool ExpectContinue { get; set; }

    /// <summary>Whether there is an Upgrade header.</summary>
    public bool HasUpgrade => Headers.Contains(KnownHeader.Upgrade);

    /// <summary>Bytes of the head as received.</summary>
    public int ByteLength { get; set; }

    /// <summary>Sets the request line from its parts, for front ends that get them apart.</summary>
    public void SetLine(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, HttpVersion version)
    {
        Version = version;
        var offset = Headers.Append(method);
        SetMethod(offset, method.Length, RequestMethods.Identify(method));
        Headers.Append(" "u8);
        SetTarget(Headers.Append(target), target.Length);
        var end = Headers.Append(version switch { HttpVersion.Http2 => " HTTP/2.0"u8, HttpVersion.Http10 => " HTTP/1.0"u8, _ => " HTTP/1.1"u8 }) + 9;
        SetLine(offset, end - offset);
    }

    /// <summary>Sets <see cref="Authority"/> for a front end whose protocol carries it outside the headers.</summary>
    public void SetAuthority(ReadOnlySpan<byte> authority) => SetAuthority(Headers.Append(authority), authority.Length);

    internal void SetLine(int offset, int length) => _line = (offset, length);

    internal void SetMethod(int offset, int length, RequestMethod method)
    {
        _method = (offset, length);
        Method = method;
    }

    internal void SetTarget(int offset, int length) => _target = (offset, length);

    internal void SetAuthority(int offset, int length) => _authority = (offset, length);

    /// <summary>
    /// Finishes an absolute target: an empty path becomes <c>/</c>, and Host takes the authority's value, so that everybody who looks at
    /// the request sees one host.
    /// </summary>
    internal void CompleteTarget()
    {
        if (_authority.Length == 0) return;

        if (_target.Length == 0 || Target[0] == '?')
        {
            var (offset, length) = _target;
            SetTarget(Headers.Append("/"u8), length + 1);
            Headers.Append(Headers.Slice(offset, length));
        }

        Headers.Set(KnownHeader.Host, Headers.Slice(_authority.Offset, _authority.Length));
    }

    public void Reset()
    {
        Headers.Reset();
        _line = _method = _target = _authority = default;
        Method = RequestMethod.Other;
        Version = HttpVersion.Http11;
        Framing = MessageFraming.None;
        ContentLength = 0;
        KeepAlive = false;
        ExpectContinue = false;
        ByteLength = 0;
    }
}
