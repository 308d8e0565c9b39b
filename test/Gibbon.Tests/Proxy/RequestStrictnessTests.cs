using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;

namespace Gibbon.Tests.Proxy;

/// <summary>What the front end refuses and what it lets through, over a real socket.</summary>
public sealed class RequestStrictnessTests
{
    private const string Host = "Host: t.test\r\n";

    public static TheoryData<string, string> Refused => new()
    {
        { nameof(RequestRejection.MalformedRequestLine), "FOO\r\n\r\n" },
        { nameof(RequestRejection.MalformedRequestLine), "\u0001\u0002\u0003\r\n\r\n" },
        { nameof(RequestRejection.MalformedRequestLine), "\u0016\u0003\u0001" },
        { nameof(RequestRejection.MalformedRequestLine), "get / HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.MalformedRequestLine), "GET /\r\n" },
        { nameof(RequestRejection.MalformedRequestLine), "GET / http/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.MalformedRequestLine), "GET / HTTP/0.9\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidTarget), "GET  / HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidTarget), "GET /a b HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidTarget), "GET /x#/../admin HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidTarget), "GET /a%00b HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidTarget), "GET /%zz HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidTarget), "GET /../x HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidTarget), "GET /a/%2e%2E/../x HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidTarget), "GET a HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidTarget), "GET ftp://t.test/ HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidHost), "GET http:///x HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.InvalidHost), "GET http://u@t.test/x HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.AsteriskTarget), "OPTIONS * HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.ConnectMethod), "CONNECT t.test:80 HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.UnsupportedVersion), "GET / HTTP/2.0\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.UnsupportedVersion), "GET / HTTP/9.9\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.BareLineFeed), "GET / HTTP/1.1\n" + Host + "\r\n" },
        { nameof(RequestRejection.BareLineFeed), "GET / HTTP/1.1\r\nHost: t.test\n\r\n" },
        { nameof(RequestRejection.BareLineFeed), "GET / HTTP/1.1\r\n" + Host + "\n" },
        { nameof(RequestRejection.FoldedHeader), "GET / HTTP/1.1\r\n" + Host + "A: 1\r\n  2\r\n\r\n" },
        { nameof(RequestRejection.FoldedHeader), "GET / HTTP/1.1\r\n Host: t.test\r\n\r\n" },
        { nameof(RequestRejection.InvalidHeaderName), "GET / HTTP/1.1\r\n" + Host + "Foo : 1\r\n\r\n" },
        { nameof(RequestRejection.InvalidHeaderName), "GET / HTTP/1.1\r\n" + Host + "X Space: 1\r\n\r\n" },
        { nameof(RequestRejection.InvalidHeaderName), "GET / HTTP/1.1\r\n" + Host + ": 1\r\n\r\n" },
        { nameof(RequestRejection.InvalidHeaderName), "GET / HTTP/1.1\r\n" + Host + "A\u0000: 1\r\n\r\n" },
        { nameof(RequestRejection.InvalidHeaderName), "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding\u000b: chunked\r\n\r\n" },
        { nameof(RequestRejection.InvalidHeaderValue), "GET / HTTP/1.1\r\n" + Host + "A: 1\u00002\r\n\r\n" },
        { nameof(RequestRejection.InvalidHeaderValue), "GET / HTTP/1.1\r\n" + Host + "A: 1\rB: 2\r\n\r\n" },
        { nameof(RequestRejection.MissingHost), "GET / HTTP/1.1\r\n\r\n" },
        { nameof(RequestRejection.MissingHost), "GET / HTTP/1.1\r\nHost:\r\n\r\n" },
        { nameof(RequestRejection.RepeatedHost), "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n" },
        { nameof(RequestRejection.InvalidHost), "GET / HTTP/1.1\r\nHost: a b\r\n\r\n" },
        { nameof(RequestRejection.InvalidHost), "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n" },
        { nameof(RequestRejection.InvalidHost), "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" },
        { nameof(RequestRejection.InvalidHost), "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n" },
        { nameof(RequestRejection.InvalidHost), "GET / HTTP/1.1\r\nHost: a..b\r\n\r\n" },
        { nameof(RequestRejection.InvalidContentLength), "POST / HTTP/1.1\r\n" + Host + "Content-Length: abc\r\n\r\n" },
        { nameof(RequestRejection.InvalidContentLength), "POST / HTTP/1.1\r\n" + Host + "Content-Length: +3\r\n\r\nabc" },
        { nameof(RequestRejection.InvalidContentLength), "POST / HTTP/1.1\r\n" + Host + "Content-Length: -1\r\n\r\n" },
        { nameof(RequestRejection.InvalidContentLength), "POST / HTTP/1.1\r\n" + Host + "Content-Length: 3, 3\r\n\r\nabc" },
        { nameof(RequestRejection.InvalidContentLength), "POST / HTTP/1.1\r\n" + Host + "Content-Length: 0x3\r\n\r\nabc" },
        { nameof(RequestRejection.InvalidContentLength), "POST / HTTP/1.1\r\n" + Host + "Content-Length: 9223372036854775808\r\n\r\n" },
        { nameof(RequestRejection.RepeatedContentLength), "POST / HTTP/1.1\r\n" + Host + "Content-Length: 1\r\ncontent-length: 1\r\n\r\na" },
        { nameof(RequestRejection.ConflictingFraming), "POST / HTTP/1.1\r\n" + Host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { nameof(RequestRejection.ConflictingFraming), "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { nameof(RequestRejection.TransferEncodingInHttp10), "POST / HTTP/1.0\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { nameof(RequestRejection.UnsupportedTransferEncoding), "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
        { nameof(RequestRejection.UnsupportedTransferEncoding), "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" },
        { nameof(RequestRejection.UnsupportedTransferEncoding), "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
        { nameof(RequestRejection.RequestLineTooLong), "GET /" + new string('a', 9000) + " HTTP/1.1\r\n" + Host + "\r\n" },
        { nameof(RequestRejection.RequestLineTooLong), "GET /" + new string('a', 9000) },
        { nameof(RequestRejection.HeadersTooLarge), "GET / HTTP/1.1\r\n" + Host + "Big: " + new string('a', 9000) + "\r\n\r\n" },
        { nameof(RequestRejection.HeadersTooLarge), "GET / HTTP/1.1\r\n" + Host + string.Concat(Enumerable.Range(0, 5).Select(i => $"B{i}: {new string('a', 8000)}\r\n")) + "\r\n" },
    };

    public static TheoryData<string, string> BadChunks => new()
    {
        { "no digits", "zz\r\n" },
        { "bare LF behind the size", "3\nabc\r\n0\r\n\r\n" },
        { "bare LF in an extension", "3;a\nabc\r\n0\r\n\r\n" },
        { "NUL in an extension", "3;a\0\r\nabc\r\n0\r\n\r\n" },
        { "size beyond 63 bits", "10000000000000000\r\n" },
        { "size with sign", "-1\r\n" },
        { "size with prefix", "0x3\r\nabc\r\n0\r\n\r\n" },
        { "space before the size", " 3\r\nabc\r\n0\r\n\r\n" },
        { "data longer than the size", "3\r\nabcd\r\n0\r\n\r\n" },
        { "bare LF behind the data", "3\r\nabc\n0\r\n\r\n" },
        { "a flood of extensions", string.Concat(Enumerable.Repeat("1;" + new string('x', 3000) + "\r\na\r\n", 8)) },
        { "an endless extension", "1;" + new string('x', 6000) },
        { "folded trailer", "0\r\nA: 1\r\n b\r\n\r\n" },
        { "trailer without colon", "0\r\nA\r\n\r\n" },
        { "trailers without end", "0\r\n" + string.Concat(Enumerable.Repeat("A: " + new string('x', 1000) + "\r\n", 10)) },
        { "bare LF behind a trailer", "0\r\nA: 1\n\r\n" },
    };

    public static TheoryData<string, string> Accepted => new()
    {
        { "GET /a/..%2fadmin", "GET /a/..%2fadmin HTTP/1.1\r\n" + Host + "\r\n" },
        { "GET /a/../admin", "GET /a/../admin HTTP/1.1\r\n" + Host + "\r\n" },
        { "GET /x?q=%zz&r=/../..", "GET /x?q=%zz&r=/../.. HTTP/1.1\r\n" + Host + "\r\n" },
        { "FOO /x", "FOO /x HTTP/1.1\r\n" + Host + "\r\n" },
        { "GET /Ã©", "GET /Ã© HTTP/1.1\r\n" + Host + "\r\n" },
        { "GET /x", "\r\nGET /x HTTP/1.1\r\n" + Host + "\r\n" },
        { "authority a_b.test", "GET / HTTP/1.1\r\nHost: a_b.test\r\n\r\n" },
        { "authority [::1]:80", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n" },
        { "GET /old", "GET /old HTTP/1.0\r\n\r\n" },
        { "GET /x\nauthority other.test:81\nHost: other.test:81\nA: 1", "GET http://other.test:81/x HTTP/1.1\r\n" + Host + "A: 1\r\n\r\n" },
        { "GET /\nauthority other.test\n", "GET http://other.test HTTP/1.1\r\n" + Host + "\r\n" },
        { "GET /?a=b\nauthority other.test\n", "GET HTTP://other.test?a=b HTTP/1.1\r\n" + Host + "\r\n" },
        { "\nFoo: \n", "GET / HTTP/1.1\r\n" + Host + "Foo\r\n\r\n" },
        { "\na_b: 1\n", "GET / HTTP/1.1\r\n" + Host + "a_b: 1\r\n\r\n" },
        { "Host: t.test\nY: 2", "GET / HTTP/1.1\r\n" + Host + "X.Consumer.ID: 1\r\nY: 2\r\n\r\n" },
        { "\nX-Dup: 1\nx-dup: 2\nX-Empty: \nX-Ctl: a\u0001b\nX-Tab: a\tb\n", "GET / HTTP/1.1\r\n" + Host + "X-Dup: 1\r\nx-dup:2  \r\nX-Empty:\r\nX-Ctl: a\u0001b\r\nX-Tab:\ta\tb\t\r\n\r\n" },
        { "\n\nabc", "POST / HTTP/1.1\r\n" + Host + "Content-Length: 3\r\n\r\nabc" },
        { "\n\nabcdef", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: Chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0003\r\ndef\r\n0\r\n\r\n" },
        { "\n\nabc\ntrailer X-Sum", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\nContent-Length: 7\r\nHost: evil\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_two_parsers_could_read_differently_is_refused_and_the_connection_closed(string rejection, string request)
    {
        var handler = new EchoHandler();
        await using var host = new EngineHost(handler);
        var answer = await RawClient.ExchangeAsync(host.EndPoint, request);

        Assert.EndsWith("\r\n\r\n" + rejection, answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        var status = Enum.Parse<RequestRejection>(rejection).Status();
        Assert.StartsWith($"HTTP/1.1 {(status == 494 ? 400 : status)} ", answer, StringComparison.Ordinal);
        Assert.Single(handler.Rejections);
    }

    [Theory]
    [MemberData(nameof(BadChunks))]
    public async Task A_malformed_chunked_body_is_400_and_the_connection_closed(string what, string body)
    {
        await using var host = new EngineHost(new EchoHandler());
        var answer = await RawClient.ExchangeAsync(host.EndPoint, "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n" + body);

        Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), what);
        Assert.EndsWith(nameof(ProxyErrorKind.MalformedRequestBody), answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task What_Kong_lets_through_arrives_byte_for_byte(string expected, string request)
    {
        await using var host = new EngineHost(new EchoHandler());
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(request);
        var answer = await client.ReadResponseAsync();

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains(expected, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_in_pieces_of_one_byte_is_the_same_request()
    {
        await using var host = new EngineHost(new EchoHandler());
        const string Request = "\r\nPOST http://o.test/p?q HTTP/1.1\r\n" + Host + "A: 1\r\nfoo\r\nb.c: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5;ext=1\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nX-T: 1\r\n\r\n";
        using var whole = await RawClient.ConnectAsync(host.EndPoint);
        await whole.SendAsync(Request);
        var expected = await whole.ReadResponseAsync();

        using var client = await RawClient.ConnectAsync(host.EndPoint);
        foreach (var letter in Request) await client.SendAsync(letter.ToString());

        Assert.EndsWith("hello world\ntrailer X-T", expected, StringComparison.Ordinal);
        Assert.Equal(expected, await client.ReadResponseAsync());
    }

    [Fact]
    public async Task A_request_split_at_any_byte_is_the_same_request()
    {
        await using var host = new EngineHost(new EchoHandler());
        const string Request = "POST /p HTTP/1.1\r\n" + Host + "A: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(Request);
        var expected = await client.ReadResponseAsync();
        for (var at = 1; at < Request.Length; at++)
        {
            await client.SendAsync(Request[..at]);
            await Task.Yield();
            await client.SendAsync(Request[at..]);
            Assert.Equal(expected, await client.ReadResponseAsync());
        }
    }

    [Theory]
    [InlineData("Content-Length: 2000\r\n\r\n", "", nameof(RequestRejection.BodyTooLarge))]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "7d0\r\n", nameof(ProxyErrorKind.RequestBodyTooLarge))]
    public async Task A_body_beyond_the_limit_is_413(string framing, string prefix, string expected)
    {
        await using var host = new EngineHost(new EchoHandler(), new Http1Settings { ClientMaxBodySize = 1024 });
        var body = prefix + new string('a', 2000) + (prefix.Length > 0 ? "\r\n0\r\n\r\n" : "");
        var answer = await RawClient.ExchangeAsync(host.EndPoint, "POST / HTTP/1.1\r\n" + Host + framing + body);

        Assert.StartsWith("HTTP/1.1 413 Request Entity Too Large\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith(expected, answer, StringComparison.Ordinal);
    }
}
