using System.Net;
using System.Net.Sockets;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Tests.Proxy;

/// <summary>The upstream client, driven through the smallest gateway.</summary>
public sealed class UpstreamCallTests : IDisposable
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: t.test\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Up: 1\r\n\r\nok";
    private UpstreamPool _pool = new(new UpstreamPoolSettings());

    public static TheoryData<string, string> MalformedResponses => new()
    {
        { "HTTP/0.9", "not http\r\n\r\n" },
        { "HTTP/2 status line", "HTTP/2.0 200 OK\r\n\r\n" },
        { "no status", "HTTP/1.1 OK\r\n\r\n" },
        { "four digits", "HTTP/1.1 2000 OK\r\n\r\n" },
        { "bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n" },
        { "space before colon", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n" },
        { "folded", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n" },
        { "NUL", "HTTP/1.1 200 OK\r\nA: b\0\r\nContent-Length: 0\r\n\r\n" },
        { "length twice", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n" },
        { "bad length", "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na" },
        { "length and chunked", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "other coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" },
        { "unasked 101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" },
        { "interim flood", string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 30)) },
    };

    public void Dispose() => _pool.Dispose();

    [Fact]
    public async Task A_connection_serves_many_requests()
    {
        await using var origin = ScriptedOrigin.Answering(Ok);
        await using var host = Gateway(origin, out _);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync(Get);
            Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\nX-Up: 1\r\n\r\nok", await client.ReadResponseAsync());
        }

        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task The_request_is_written_anew_and_its_framing_never_copied()
    {
        string? head = null;
        await using var origin = new ScriptedOrigin(async peer =>
        {
            head = await peer.ReadHeadAsync() + await peer.ReadUntilAsync("X-T: 1\r\n\r\n");
            await peer.SendAsync(Ok);
        });
        await using var host = Gateway(origin, out _);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(
            "POST /a/..%2fb?c HTTP/1.1\r\nx-a: 1\r\nHost: T.test\r\nKeep-Alive: 5\r\ntransfer-encoding: CHUNKED\r\nX-B:  2 \r\n\r\n3;e\r\nabc\r\n3\r\ndef\r\n0\r\nX-T: 1\r\n\r\n");
        await client.ReadResponseAsync();
        Assert.Equal(
            "POST /a/..%2fb?c HTTP/1.1\r\nHost: T.test\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\nx-a: 1\r\nX-B: 2\r\n\r\n6\r\nabcdef\r\n0\r\nX-T: 1\r\n\r\n",
            head);
    }

    [Fact]
    public async Task A_kept_connection_that_the_upstream_closed_is_not_used()
    {
        await using var origin = new ScriptedOrigin(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync(Ok);
        });
        await using var host = Gateway(origin, out var handler);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        for (var i = 1; i <= 3; i++)
        {
            await client.SendAsync(Get);
            Assert.EndsWith("ok", await client.ReadResponseAsync(), StringComparison.Ordinal);

            // A connection is given back a moment after the client has its answer.
            while (handler.Completed < i || origin.Closed < i || Origin(origin).IdleCount > 0) await Task.Delay(5);
        }

        Assert.Equal(3, origin.Connections);
        Assert.Empty(handler.Errors);
    }

    [Fact]
    public async Task A_kept_connection_that_breaks_under_the_request_may_be_tried_again_and_a_new_one_may_not()
    {
        var served = 0;
        await using var origin = new ScriptedOrigin(async peer =>
        {
            while (await peer.ReadHeadAsync() is not null)
            {
                if (Interlocked.Increment(ref served) is not (1 or 4)) return;
                await peer.SendAsync(Ok);
            }
        });
        await using var host = Gateway(origin, out var handler);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        foreach (var expected in new[] { "200", "502", "502" })
        {
            await client.SendAsync(Get);
            Assert.StartsWith("HTTP/1.1 " + expected, await client.ReadResponseAsync(), StringComparison.Ordinal);
        }

        Assert.Equal([RetryAdvice.IfReused, RetryAdvice.No], handler.Errors.Select(error => error.Retry));
        Assert.All(handler.Errors, error => Assert.Equal(ProxyErrorKind.ClosedBeforeResponse, error.Kind));
    }

    [Fact]
    public async Task A_refused_connection_is_a_value()
    {
        // Bound, so that nobody else gets the port, but not listening.
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var endPoint = (IPEndPoint)closed.LocalEndPoint!;
        var handler = new ForwardingHandler(_pool.Origin(endPoint.Address, endPoint.Port), default);
        await using var host = new EngineHost(handler);
        var answer = await RawClient.ExchangeAsync(host.EndPoint, Get.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 502 Bad Gateway\r\n", answer, StringComparison.Ordinal);
        var error = Assert.Single(handler.Errors);
        Assert.Equal((ProxyErrorKind.ConnectRefused, ErrorSource.Upstream, RetryAdvice.Yes), (error.Kind, error.Source, error.Retry));
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_times_out()
    {
        // A listener whose queue is full does not answer.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var endPoint = (IPEndPoint)listener.LocalEndPoint!;
        var queued = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var socket in queued) _ = socket.ConnectAsync(endPoint).ContinueWith(static task => task.Exception, TaskScheduler.Default);
        await Task.Delay(50);

        var handler = new ForwardingHandler(_pool.Origin(endPoint.Address, endPoint.Port), new UpstreamTimeouts(Connect: 100));
        await using var host = new EngineHost(handler);
        var answer = await RawClient.ExchangeAsync(host.EndPoint, "GET / HTTP/1.0\r\n\r\n");
        Assert.Equal(ProxyErrorKind.ConnectTimeout, Assert.Single(handler.Errors).Kind);
        Assert.StartsWith("HTTP/1.1 504", answer, StringComparison.Ordinal);
        queued.ForEach(static socket => socket.Dispose());
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200")]
    public async Task Silence_beyond_the_read_timeout_is_504(string start)
    {
        await using var origin = new ScriptedOrigin(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync(start);
            await peer.ReadAsync(1);
        });
        await using var host = Gateway(origin, out var handler, new UpstreamTimeouts(Read: 150));
        var answer = await RawClient.ExchangeAsync(host.EndPoint, "GET / HTTP/1.0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 504 Gateway Time-out\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(ProxyErrorKind.ReadTimeout, Assert.Single(handler.Errors).Kind);
    }

    [Theory]
    [MemberData(nameof(MalformedResponses))]
    public async Task An_ambiguous_response_is_502_and_its_connection_not_kept(string what, string response)
    {
        await using var origin = ScriptedOrigin.Answering(response);
        await using var host = Gateway(origin, out var handler);
        var answer = await RawClient.ExchangeAsync(host.EndPoint, "GET / HTTP/1.0\r\n\r\n");
        Assert.True(answer.StartsWith("HTTP/1.1 502 Bad Gateway\r\n", StringComparison.Ordinal), what + answer);
        Assert.Equal(ProxyErrorKind.MalformedResponse, Assert.Single(handler.Errors).Kind);
        Assert.Equal(0, Origin(origin).IdleCount);
    }

    [Fact]
    public async Task A_head_beyond_the_limit_is_502()
    {
        await using var origin = ScriptedOrigin.Answering("HTTP/1.1 200 OK\r\nX: " + new string('a', 40_000) + "\r\nContent-Length: 0\r\n\r\n");
        await using var host = Gateway(origin, out var handler);
        Assert.StartsWith("HTTP/1.1 502", await RawClient.ExchangeAsync(host.EndPoint, "GET / HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(ProxyErrorKind.ResponseHeadTooLarge, Assert.Single(handler.Errors).Kind);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npartial", "Content-Length: 100\r\nConnection: keep-alive\r\n\r\npartial")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "\r\n\r\n5\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n", "\r\n\r\n5\r\nhello\r\n")]
    public async Task A_truncated_response_is_passed_on_truncated(string response, string expected)
    {
        await using var origin = new ScriptedOrigin(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync(response);
        });
        await using var host = Gateway(origin, out var handler);
        Assert.EndsWith(expected, await RawClient.ExchangeAsync(host.EndPoint, Get), StringComparison.Ordinal);
        Assert.Equal(ProxyErrorKind.TruncatedResponse, Assert.Single(handler.Errors).Kind);
        Assert.Equal(0, Origin(origin).IdleCount);
    }

    [Theory]
    [InlineData("GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Ok, "\r\n\r\nok")]
    [InlineData("GET", "HTTP/1.1 200 Fine by me\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\nX-T: 1\r\n\r\n", "\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", "Content-Length: 5000\r\nConnection: close\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5000\r\n\r\n", "Content-Length: 5000\r\nConnection: close\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204\r\n\r\n", "HTTP/1.1 204 \r\nConnection: close\r\n\r\n")]
    [InlineData("GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na", "\r\n\r\na")]
    public async Task The_end_of_a_response_is_known_and_the_connection_kept(string method, string response, string expected)
    {
        await using var origin = ScriptedOrigin.Answering(response);
        await using var host = Gateway(origin, out _);
        for (var i = 0; i < 2; i++)
        {
            var answer = await RawClient.ExchangeAsync(host.EndPoint, method + " / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
            Assert.EndsWith(expected, answer, StringComparison.Ordinal);
        }

        Assert.Equal(1, origin.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", "ok")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", "ok")]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil", "")]
    public async Task A_connection_in_doubt_is_not_kept(string response, string expected)
    {
        await using var origin = new ScriptedOrigin(async peer =>
        {
            while (await peer.ReadHeadAsync() is not null) await peer.SendAsync(response);
        });
        await using var host = Gateway(origin, out _);
        for (var i = 0; i < 3; i++)
        {
            var answer = await RawClient.ExchangeAsync(host.EndPoint, "GET / HTTP/1.0\r\n\r\n");
            Assert.EndsWith("\r\n\r\n" + expected, answer, StringComparison.Ordinal);
            await Task.Delay(20);
        }

        Assert.Equal(3, origin.Connections);
    }

    [Fact]
    public async Task A_response_without_length_lasts_until_the_upstream_closes()
    {
        var seen = new TaskCompletionSource();
        await using var origin = new ScriptedOrigin(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\nab");
            await seen.Task;
            await peer.SendAsync("cd");
        });
        await using var host = Gateway(origin, out _);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(Get);
        await client.ReadUntilAsync("\r\n\r\n2\r\nab\r\n");
        seen.SetResult();
        Assert.Equal("2\r\ncd\r\n0\r\n\r\n", await client.ReadUntilAsync("0\r\n\r\n"));
    }

    [Fact]
    public async Task An_early_answer_reaches_the_client_while_the_request_is_still_on_its_way()
    {
        await using var origin = new ScriptedOrigin(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno");
            await Task.Delay(2000);
        });
        await using var host = Gateway(origin, out _);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\nabc");
        Assert.EndsWith("no", await client.ReadResponseAsync(), StringComparison.Ordinal);
        Assert.Equal(0, Origin(origin).IdleCount);
        await client.SendAsync(new string('a', 99_997) + Get);
        Assert.EndsWith("no", await client.ReadResponseAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_body_goes_up_and_comes_back_unchanged()
    {
        await using var origin = new ScriptedOrigin(async peer =>
        {
            while (await peer.ReadHeadAsync() is not null)
            {
                var body = await peer.ReadAsync(500_000);
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + body);
            }
        });
        await using var host = Gateway(origin, out _);
        var body = string.Create(500_000, 0, static (letters, _) => { for (var i = 0; i < letters.Length; i++) letters[i] = (char)(i * 7 % 251); });
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 500000\r\n\r\n" + body);
            Assert.EndsWith(body, await client.ReadResponseAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(1, origin.Connections);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_upstream_request()
    {
        var asked = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        await using var origin = new ScriptedOrigin(async peer =>
        {
            await peer.ReadHeadAsync();
            asked.SetResult();
            await Assert.ThrowsAnyAsync<IOException>(async () => _ = await peer.ReadHeadAsync() ?? throw new IOException("closed"));
            gone.SetResult();
        });
        await using var host = Gateway(origin, out var handler);
        using (var client = await RawClient.ConnectAsync(host.EndPoint))
        {
            await client.SendAsync(Get);
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60));
        while (handler.Errors.IsEmpty) await Task.Delay(5);
        Assert.Equal(ProxyErrorKind.Aborted, Assert.Single(handler.Errors).Kind);
    }

    [Fact]
    public async Task After_101_bytes_flow_both_ways_and_what_the_client_sent_early_comes_first()
    {
        await using var origin = new ScriptedOrigin(async peer =>
        {
            var head = await peer.ReadHeadAsync();
            Assert.Contains("Connection: keep-alive, Upgrade\r\nUpgrade: websocket", head, StringComparison.Ordinal);
            await peer.SendAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nhello");
            Assert.Equal("early", await peer.ReadAsync(5));
            await peer.SendAsync(" again");
            Assert.Equal("late", await peer.ReadAsync(4));
            await peer.SendAsync(" bye");
        });
        await using var host = Gateway(origin, out _);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync("GET /ws HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nearly");
        Assert.Equal("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", await client.ReadUntilAsync("\r\n\r\n"));
        Assert.Equal("hello again", await client.ReadAsync(11));
        await client.SendAsync("late");
        Assert.Equal(" bye", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_connection_is_closed_after_its_most_requests()
    {
        _pool.Dispose();
        _pool = new UpstreamPool(new UpstreamPoolSettings { MaxRequests = 2 });
        await using var origin = ScriptedOrigin.Answering(Ok);
        await using var host = Gateway(origin, out _);
        for (var i = 0; i < 4; i++) await RawClient.ExchangeAsync(host.EndPoint, "GET / HTTP/1.0\r\n\r\n");
        Assert.Equal(2, origin.Connections);
    }

    [Fact]
    public async Task No_more_connections_are_kept_than_the_pool_size_and_none_longer_than_the_idle_timeout()
    {
        _pool.Dispose();
        _pool = new UpstreamPool(new UpstreamPoolSettings { PoolSize = 2, IdleTimeout = 3000 });
        var arrived = 0;
        var all = new TaskCompletionSource();
        await using var origin = new ScriptedOrigin(async peer =>
        {
            while (await peer.ReadHeadAsync() is not null)
            {
                if (Interlocked.Increment(ref arrived) == 5) all.SetResult();
                await all.Task;
                await peer.SendAsync(Ok);
            }
        });
        await using var host = Gateway(origin, out _);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RawClient.ExchangeAsync(host.EndPoint, "GET / HTTP/1.0\r\n\r\n")));
        Assert.Equal(2, Origin(origin).IdleCount);
        for (var i = 0; i < 1200 && Origin(origin).IdleCount > 0; i++) await Task.Delay(50);
        Assert.Equal(0, Origin(origin).IdleCount);
    }

    private UpstreamOrigin Origin(ScriptedOrigin origin) => _pool.Origin(origin.EndPoint.Address, origin.EndPoint.Port);

    private EngineHost Gateway(ScriptedOrigin origin, out ForwardingHandler handler, UpstreamTimeouts timeouts = default) =>
        new(handler = new ForwardingHandler(Origin(origin), timeouts));
}
