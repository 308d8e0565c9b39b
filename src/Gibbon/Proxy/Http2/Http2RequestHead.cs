using System.Buffers;
using System.Text;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Gibbon.Proxy.Http2;

/// <summary>
/// Makes a head of bytes from Kestrel's strings, and holds it to the rules of the HTTP/1 parser: what comes by HTTP/2 may leave by HTTP/1,
/// and no field may become two there.
/// </summary>
internal sealed class Http2RequestHead(Http1Settings settings)
{
    private byte[] _scratch = new byte[512];

    public RequestHead Head { get; } = new();

    public RequestRejection Rejection { get; private set; }

    /// <summary>Reads a stream's request; sets <see cref="Rejection"/> when it must be refused.</summary>
    public void Read(IHttpRequestFeature request, bool hasBody)
    {
        Rejection = RequestRejection.None;
        ReadLine(request.Method, request.RawTarget);
        foreach ((string name, StringValues values) in request.Headers)
        {
            if (name[0] == ':') continue;
            foreach (string? value in values) Add(name, value ?? string.Empty);
        }

        Head.KeepAlive = true;
        Head.ByteLength = Head.RequestLine.Length + 2 + Head.Headers.ByteLength;
        Head.ExpectContinue = Head.Headers.TryGet(KnownHeader.Expect, out ReadOnlySpan<byte> expect)
            && Ascii.EqualsIgnoreCase(expect, "100-continue"u8);
        SetFraming(request.Headers.ContentLength, hasBody);
        CheckHost();
    }

    public void Reset()
    {
        Head.Reset();
        Rejection = RequestRejection.None;
    }

    private void ReadLine(string method, string target)
    {
        byte[] bytes = Scratch(method.Length + target.Length);
        int methodLength = Encoding.Latin1.GetBytes(method, bytes);
        int targetLength = Encoding.Latin1.GetBytes(target, bytes.AsSpan(methodLength));
        ReadOnlySpan<byte> methodBytes = bytes.AsSpan(0, methodLength);
        ReadOnlySpan<byte> targetBytes = bytes.AsSpan(methodLength, targetLength);
        Head.SetLine(methodBytes, targetBytes, HttpVersion.Http2);
        Rejection = Judge(methodBytes, targetBytes);
    }

    private RequestRejection Judge(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        if (Head.Method == RequestMethod.Connect) return RequestRejection.ConnectMethod;
        if (method.ContainsAnyInRange((byte)'a', (byte)'z')) return RequestRejection.MalformedRequestLine;
        if (target.SequenceEqual("*"u8)) return RequestRejection.AsteriskTarget;
        if (target.IsEmpty || target[0] != '/' || !RequestTarget.HasOnlyAllowedLetters(target)) return RequestRejection.InvalidTarget;

        int query = target.IndexOf((byte)'?');
        return RequestTarget.IsSoundPath(query < 0 ? target : target[..query]) ? RequestRejection.None : RequestRejection.InvalidTarget;
    }

    // Kestrel knows many names by their HTTP/1 letters; on the wire they were small. Fields of an HTTP/1 connection mean nothing in a
    // stream (RFC 9113, 8.2.2): harmless ones are dropped as Kong does, one that frames bodies is an attack.
    private void Add(string name, string value)
    {
        byte[] bytes = Scratch(name.Length + value.Length);
        Ascii.ToLower(name, bytes, out int nameLength);
        int valueLength = Encoding.Latin1.GetBytes(value, bytes.AsSpan(nameLength));
        ReadOnlySpan<byte> nameBytes = bytes.AsSpan(0, nameLength);
        ReadOnlySpan<byte> valueBytes = bytes.AsSpan(nameLength, valueLength);
        KnownHeader known = KnownHeaders.Identify(nameBytes);
        if (known is KnownHeader.Connection or KnownHeader.KeepAlive or KnownHeader.ProxyConnection or KnownHeader.Upgrade) return;
        if (known == KnownHeader.TransferEncoding) Rejection = RequestRejection.ConflictingFraming;
        else if (valueBytes.ContainsAny(Syntax.NotInValue)) Rejection = RequestRejection.InvalidHeaderValue;
        else if (nameLength > 0 && !nameBytes.ContainsAnyExcept(Syntax.OrdinaryName)) Head.Headers.Add(nameBytes, Syntax.Trim(valueBytes));
    }

    private void SetFraming(long? announced, bool hasBody)
    {
        Head.Framing = !hasBody ? MessageFraming.None : announced is null ? MessageFraming.Chunked : MessageFraming.ContentLength;
        Head.ContentLength = hasBody ? announced ?? -1 : 0;
        if (Rejection == RequestRejection.None && settings.ClientMaxBodySize > 0 && Head.ContentLength > settings.ClientMaxBodySize)
        {
            Rejection = RequestRejection.BodyTooLarge;
        }
    }

    private void CheckHost()
    {
        if (Rejection != RequestRejection.None) return;

        int host = Head.Headers.Find(KnownHeader.Host);
        if (host < 0 || Head.Headers.Value(host).IsEmpty) Rejection = RequestRejection.MissingHost;
        else if (Head.Headers.Find(KnownHeader.Host, host + 1) >= 0) Rejection = RequestRejection.RepeatedHost;
        else if (!RequestTarget.IsAuthority(Head.Headers.Value(host))) Rejection = RequestRejection.InvalidHost;
    }

    private byte[] Scratch(int length)
    {
        if (_scratch.Length < length) _scratch = new byte[length * 2];
        return _scratch;
    }
}
