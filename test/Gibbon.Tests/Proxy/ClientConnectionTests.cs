using System.Net.Sockets;
using System.Text;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;

namespace Gibbon.Tests.Proxy;

/// <summary>How a client's connection lives: keep-alive, pipelining, timeouts, interim answers, the ends of bodies.</summary>
public sealed class ClientConnectionTests
{
    private const string Get = "GET /1 HTTP/1.1\r\nHost: t\r\n\r\n";

    [Fact]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        await using var host = new EngineHost(new EchoHandler());
        var answer = await RawClient.ExchangeAsync(
            host.EndPoint,
            Get + "POST /2 HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc" + "GET /3 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");

        var first = answer.IndexOf("GET /1", StringComparison.Ordinal);
        var second = answer.IndexOf("POST /2", StringComparison.Ordinal);
        var third = answer.IndexOf("GET /3", StringComparison.Ordinal);
        Assert.True(first > 0 && second > first && third > second, answer);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\n\r\n", "keep-alive")]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nConnection: x, Close\r\n\r\n", "close")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "close")]
    [InlineData("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "keep-alive")]
    public async Task The_connection_is_kept_when_the_client_would(string request, string expected)
    {
        await using var host = new EngineHost(new EchoHandler());
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(request);
        Assert.Contains($"\r\nConnection: {expected}\r\n", await client.ReadResponseAsync(), StringComparison.Ordinal);
        if (expected == "close") Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task The_last_request_that_keepalive_requests_allows_closes()
    {
        await using var host = new EngineHost(new EchoHandler(), new Http1Settings { KeepAliveRequests = 2 });
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(Get);
        Assert.Contains("Connection: keep-alive", await client.ReadResponseAsync(), StringComparison.Ordinal);
        await client.SendAsync(Get);
        Assert.Contains("Connection: close", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idle_connection_is_closed_without_a_word()
    {
        var handler = new EchoHandler();
        await using var host = new EngineHost(handler, new Http1Settings { KeepAliveTimeout = 100 });
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(Get);
        await client.ReadResponseAsync();
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Empty(handler.Rejections);
    }

    [Fact]
    public async Task A_head_that_trickles_past_its_time_ends_the_connection_and_is_logged()
    {
        var handler = new EchoHandler();
        await using var host = new EngineHost(handler, new Http1Settings { ClientHeaderTimeout = 200 });
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        try
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: ");
            for (var i = 0; i < 1200; i++)
            {
                await client.SendAsync("t");
                await Task.Delay(50);
            }

            Assert.Fail("the connection outlived its time");
        }
        catch (SocketException)
        {
            // It was closed on the way, as it should.
        }

        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Equal([RequestRejection.HeaderTimeout], handler.Rejections);
    }

    [Fact]
    public async Task A_client_that_leaves_within_a_head_is_logged()
    {
        var handler = new EchoHandler();
        await using var host = new EngineHost(handler);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync("GET / HTTP/1.1\r\nHo");
        client.FinishSending();
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Equal([RequestRejection.IncompleteHead], handler.Rejections);
    }

    [Fact]
    public async Task A_body_that_stops_coming_fails_after_its_timeout()
    {
        await using var host = new EngineHost(new EchoHandler(), new Http1Settings { ClientBodyTimeout = 100 });
        var answer = await RawClient.ExchangeAsync(host.EndPoint, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nab");
        Assert.EndsWith(nameof(ProxyErrorKind.ClientBodyTimeout), answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_expects_100_gets_it_when_the_body_is_read()
    {
        await using var host = new EngineHost(new EchoHandler());
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadResponseAsync());
        await client.SendAsync("ab");
        Assert.EndsWith("\n\nab", await client.ReadResponseAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1", "foo")]
    [InlineData("1.0", "100-continue")]
    public async Task Any_other_expectation_is_ignored(string version, string expect)
    {
        await using var host = new EngineHost(new EchoHandler());
        var answer = await RawClient.ExchangeAsync(
            host.EndPoint, $"POST / HTTP/{version}\r\nHost: t\r\nConnection: close\r\nExpect: {expect}\r\nContent-Length: 2\r\n\r\nab");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_does_not_wait_for_an_expected_body_closes()
    {
        await using var host = new EngineHost(new Responder(204, []));
        var answer = await RawClient.ExchangeAsync(host.EndPoint, "POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 No Content\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_nobody_read_is_dropped_and_the_connection_goes_on()
    {
        await using var host = new EngineHost(new Responder(200, "ok"u8.ToArray()));
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1070000\r\n\r\n" + new string('G', 1070000) + Get);
        Assert.EndsWith("ok", await client.ReadResponseAsync(), StringComparison.Ordinal);
        Assert.EndsWith("ok", await client.ReadResponseAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_does_not_come_to_its_end_ends_the_connection_after_the_answer()
    {
        await using var host = new EngineHost(new Responder(200, "ok"u8.ToArray()), new Http1Settings { LingeringTimeout = 100 });
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10700000\r\n\r\n" + new string('a', 200_000));
        Assert.EndsWith("ok", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_behind_an_upgrade_that_is_not_granted_are_the_next_request()
    {
        await using var host = new EngineHost(new EchoHandler());
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync("GET /1 HTTP/1.1\r\nHost: t\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\nGET /2 HTTP/1.1\r\nHost: t\r\n\r\n");
        Assert.Contains("\r\n\r\nGET /1\n", await client.ReadResponseAsync(), StringComparison.Ordinal);
        Assert.Contains("\r\n\r\nGET /2\n", await client.ReadResponseAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 200, -1, "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", 200, -1, "OK\r\nConnection: close\r\n\r\nabc")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", 200, 3, "OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")]
    [InlineData("HEAD / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 200, 3, "OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")]
    [InlineData("HEAD / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 200, -1, "OK\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 204, 3, "No Content\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 304, 3, "Not Modified\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 418, 0, "HTTP/1.1 418 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n", 494, 0, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    public async Task The_end_of_a_response_is_told_as_the_client_understands_it(string request, int status, int length, string end)
    {
        await using var host = new EngineHost(new Responder(status, length == 0 ? [] : "abc"u8.ToArray(), length));
        Assert.EndsWith(end, await RawClient.ExchangeAsync(host.EndPoint, request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_that_breaks_off_is_not_made_to_look_complete()
    {
        await using var host = new EngineHost(new Breaking());
        var answer = await RawClient.ExchangeAsync(host.EndPoint, Get);
        Assert.EndsWith("\r\n\r\n5\r\nhello\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_response_arrives_whole_however_slowly_it_is_read()
    {
        var body = new byte[3_000_000];
        Random.Shared.NextBytes(body);
        await using var host = new EngineHost(new Responder(200, body));
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(Get);
        await Task.Delay(50);
        var head = await client.ReadUntilAsync("\r\n\r\n");
        Assert.Contains("Content-Length: 3000000", head, StringComparison.Ordinal);
        Assert.Equal(body, Encoding.Latin1.GetBytes(await client.ReadAsync(body.Length)));
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_given_up()
    {
        var handler = new Responder(200, new byte[30_000_000]);
        await using var host = new EngineHost(handler, new Http1Settings { SendTimeout = 200 });
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(Get);
        Assert.False(await handler.Completed.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_handler_learns_that_the_client_has_gone(bool reset)
    {
        var handler = new Waiting();
        await using var host = new EngineHost(handler);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nab");
        await handler.Started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        if (reset) client.Reset();
        else client.FinishSending();
        await handler.Gone.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private sealed class Responder(int status, byte[] body, int? length = null) : IExchangeHandler
    {
        public TaskCompletionSource<bool> Completed { get; } = new();

        public async ValueTask HandleAsync(Downstream exchange)
        {
            var head = new ResponseHead();
            head.SetStatus(status);
            head.Framing = length == -1 ? MessageFraming.Chunked : MessageFraming.ContentLength;
            head.ContentLength = length ?? body.Length;
            exchange.WriteHead(head);
            var written = await exchange.WriteBodyAsync(body);
            var trailers = new HeaderTable();
            trailers.Add("X-T", "1");
            Completed.TrySetResult(await exchange.CompleteAsync(trailers) && written);
        }
    }

    private sealed class Breaking : IExchangeHandler
    {
        public async ValueTask HandleAsync(Downstream exchange)
        {
            var head = new ResponseHead { Framing = MessageFraming.Chunked };
            head.SetStatus(200);
            exchange.WriteHead(head);
            await exchange.WriteBodyAsync("hello"u8.ToArray());
            exchange.Abort();
        }
    }

    private sealed class Waiting : IExchangeHandler, IDisconnectObserver
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask HandleAsync(Downstream exchange)
        {
            exchange.DisconnectObserver = this;
            Assert.Equal("ab", Encoding.ASCII.GetString((await exchange.RequestBody.ReadAsync()).Data.Span));
            Started.SetResult();
            await Gone.Task;
            exchange.Abort();
        }

        public void ClientDisconnected() => Gone.SetResult();
    }
}
