using System.Net;
using System.Net.Security;
using System.Text;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;
using Gibbon.Tests.Proxy.Listeners;

namespace Gibbon.Tests.Proxy.Http2;

public class Http2DownstreamTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_comes_as_it_was_sent(bool tls)
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen(tls ? "http2 ssl" : "http2"));
        using HttpClient client = Client(gateway, tls);
        using var request = Request(HttpMethod.Get, gateway, tls, "/a/../b%2Fc?q=%7E&r");
        request.Headers.Host = "api.test:99";
        request.Headers.TryAddWithoutValidation("X-Odd_Name", ["one", "two"]);
        request.Headers.TryAddWithoutValidation("User-Agent", "tests");

        using HttpResponseMessage response = await client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();

        Assert.Equal(System.Net.HttpVersion.Version20, response.Version);
        Assert.Contains("line GET /a/../b%2Fc?q=%7E&r HTTP/2.0\n", text, StringComparison.Ordinal);
        Assert.Contains("authority api.test:99\n", text, StringComparison.Ordinal);
        Assert.Contains("version Http2\n", text, StringComparison.Ordinal);
        Assert.Contains(tls ? "tls Tls13 api.test" : "tls none", text, StringComparison.Ordinal);
        Assert.Contains("header x-odd_name: one, two\n", text, StringComparison.Ordinal);
        Assert.Contains("header user-agent: tests\n", text, StringComparison.Ordinal);
        Assert.Contains("header host: api.test:99\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_flows_both_ways_at_once()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Echo, FrontDoor.Listen("http2"));
        using HttpClient client = Client(gateway, tls: false);
        var sent = new byte[40_000];
        Random.Shared.NextBytes(sent);
        using var request = Request(HttpMethod.Post, gateway, false, "/");
        request.Content = new StreamContent(new MemoryStream(sent));

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        byte[] received = await response.Content.ReadAsByteArrayAsync();
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task Trailers_go_out_after_the_body()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            async exchange =>
            {
                var head = new ResponseHead { Framing = MessageFraming.Chunked };
                head.SetStatus(200);
                exchange.WriteHead(head);
                await exchange.WriteBodyAsync("hello"u8.ToArray());
                var trailers = new HeaderTable();
                trailers.Add("Grpc-Status"u8, "0"u8);
                Assert.True(await exchange.CompleteAsync(trailers));
                Assert.Equal(5, exchange.BodyBytesSent);
            },
            FrontDoor.Listen("http2"));
        using HttpClient client = Client(gateway, tls: false);

        using HttpResponseMessage response = await client.SendAsync(Request(HttpMethod.Post, gateway, false, "/"));

        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task An_answer_without_body_and_trailers_is_one_headers_frame()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            async exchange =>
            {
                var head = new ResponseHead { Framing = MessageFraming.None };
                head.SetStatus(404);
                head.Headers.Add("Content-Type"u8, "application/grpc"u8);
                head.Headers.Add("grpc-status"u8, "5"u8);
                exchange.WriteHead(head);
                await exchange.CompleteAsync();
            },
            FrontDoor.Listen("http2"));
        await using Frames client = await Frames.OpenAsync(await gateway.ConnectAsync());
        await client.SendAsync(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, Frames.Block(Frames.Request("/")));

        var frame = await client.ReadAsync();

        Assert.Equal(Frames.Headers, frame.Type);
        Assert.Equal(Frames.EndHeaders | Frames.EndStream, frame.Flags);
    }

    [Fact]
    public async Task Fields_of_an_http1_connection_and_broken_ones_do_not_go_out()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            async exchange =>
            {
                var head = new ResponseHead { Framing = MessageFraming.ContentLength, ContentLength = 2 };
                head.SetStatus(200);
                head.Headers.Add("Connection"u8, "close"u8);
                head.Headers.Add("Upgrade"u8, "HTTP/2"u8);
                head.Headers.Add("Keep-Alive"u8, "5"u8);
                head.Headers.Add("Transfer-Encoding"u8, "chunked"u8);
                head.Headers.Add("X-Broken"u8, "a\u0001b"u8);
                head.Headers.Add("X-Umlaut"u8, [(byte)'\u00fc', (byte)'.']);
                head.Headers.Add("Set-Cookie"u8, "a=1"u8);
                head.Headers.Add("Set-Cookie"u8, "b=2"u8);
                exchange.WriteHead(head);
                await exchange.WriteBodyAsync("ok"u8.ToArray());
                await exchange.CompleteAsync();
            },
            FrontDoor.Listen("http2"));
        using HttpClient client = Client(gateway, tls: false);

        using HttpResponseMessage response = await client.SendAsync(Request(HttpMethod.Get, gateway, false, "/"));

        string[] names = [.. response.Headers.Select(header => header.Key.ToUpperInvariant()).Order(StringComparer.Ordinal)];
        Assert.Equal(["DATE", "SET-COOKIE", "X-UMLAUT"], names);
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("set-cookie"));
        Assert.Equal("\u00fc.", response.Headers.GetValues("x-umlaut").Single());
    }

    [Fact]
    public async Task A_truncated_answer_is_reset()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            async exchange =>
            {
                var head = new ResponseHead { Framing = MessageFraming.ContentLength, ContentLength = 100 };
                head.SetStatus(200);
                exchange.WriteHead(head);
                await exchange.WriteBodyAsync("part"u8.ToArray());
                Assert.False(await exchange.CompleteAsync());
            },
            FrontDoor.Listen("http2"));
        using HttpClient client = Client(gateway, tls: false);

        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using HttpResponseMessage response = await client.SendAsync(Request(HttpMethod.Get, gateway, false, "/"));
            await response.Content.ReadAsByteArrayAsync();
        });
    }

    [Fact]
    public async Task A_client_that_resets_its_stream_is_noticed_while_the_upstream_is_waited_for()
    {
        var gone = new TaskCompletionSource();
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            async exchange =>
            {
                exchange.DisconnectObserver = new Observer(gone);
                await gone.Task.WaitAsync(TimeSpan.FromSeconds(10));
                Assert.True(exchange.IsDisconnected);
                exchange.Abort();
            },
            FrontDoor.Listen("http2"));
        await using Frames client = await Frames.OpenAsync(await gateway.ConnectAsync());
        await client.SendAsync(Frames.Headers, Frames.EndHeaders | Frames.EndStream, 1, Frames.Block(Frames.Request("/")));
        await ProxyListenersTests.Until(() => gateway.Listeners.Counters.Writing == 1);

        await client.SendAsync(Frames.Reset, 0, 1, [0, 0, 0, 8]);

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await ProxyListenersTests.Until(() => gateway.Listeners.Counters.Writing == 0);
    }

    [Fact]
    public async Task A_client_that_sends_no_body_for_too_long_is_a_timeout_of_the_client()
    {
        var error = new TaskCompletionSource<ProxyError>();
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            options => options with
            {
                Http = new Http1Settings { ClientBodyTimeout = 200 },
                Handler = new FrontDoor.Handler(async exchange =>
                {
                    while ((await exchange.RequestBody.ReadAsync()).State == BodyState.More)
                    {
                    }

                    error.SetResult(exchange.RequestBody.Error);
                    exchange.Abort();
                }),
            },
            FrontDoor.Listen("http2"));
        await using Frames client = await Frames.OpenAsync(await gateway.ConnectAsync());
        await client.SendAsync(Frames.Headers, Frames.EndHeaders, 1, Frames.Block(Frames.Request("/")));
        await client.SendAsync(Frames.Data, 0, 1, "some"u8.ToArray());

        Assert.Equal(ProxyErrorKind.ClientBodyTimeout, (await error.Task.WaitAsync(TimeSpan.FromSeconds(10))).Kind);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_by_its_length_or_when_it_gets_there()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            options => options with
            {
                Http = new Http1Settings { ClientMaxBodySize = 10 },
                Handler = new FrontDoor.Handler(async exchange =>
                {
                    BodyRead read = default;
                    while (exchange.Rejection == RequestRejection.None && (read = await exchange.RequestBody.ReadAsync()).State == BodyState.More)
                    {
                    }

                    await Answers.TextAsync(exchange, 200, $"{exchange.Rejection} {exchange.RequestBody.Error.Kind}");
                }),
            },
            FrontDoor.Listen("http2"));
        using HttpClient client = Client(gateway, tls: false);
        using var known = Request(HttpMethod.Post, gateway, false, "/");
        known.Content = new ByteArrayContent(new byte[11]);
        using var unknown = Request(HttpMethod.Post, gateway, false, "/");
        unknown.Content = new StreamContent(new MemoryStream(new byte[11]));
        unknown.Headers.TransferEncodingChunked = true;

        using HttpResponseMessage first = await client.SendAsync(known);
        using HttpResponseMessage second = await client.SendAsync(unknown);

        Assert.Equal("BodyTooLarge None", await first.Content.ReadAsStringAsync());
        Assert.Equal("None RequestBodyTooLarge", await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_graceful_end_says_goodbye_and_lets_streams_finish()
    {
        var release = new TaskCompletionSource();
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            async exchange =>
            {
                await release.Task;
                await Answers.Describe(exchange);
            },
            FrontDoor.Listen("http2"));
        using HttpClient client = Client(gateway, tls: false);
        Task<HttpResponseMessage> pending = client.SendAsync(Request(HttpMethod.Get, gateway, false, "/"));
        await ProxyListenersTests.Until(() => gateway.Listeners.Counters.Writing == 1);

        Task closing = gateway.Listeners.CloseAsync(Timeout.InfiniteTimeSpan);
        await Task.Delay(100);
        Assert.False(closing.IsCompleted);
        release.SetResult();

        using HttpResponseMessage response = await pending;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await closing.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static HttpClient Client(FrontDoor gateway, bool tls) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        BaseAddress = new Uri($"{(tls ? "https" : "http")}://127.0.0.1:{gateway.Port()}"),
        Timeout = TimeSpan.FromSeconds(20),
    };

    private static HttpRequestMessage Request(HttpMethod method, FrontDoor gateway, bool tls, string path) => new(
        method,
        new Uri(
            $"{(tls ? "https" : "http")}://127.0.0.1:{gateway.Port()}{path}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
    {
        Version = System.Net.HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private sealed class Observer(TaskCompletionSource gone) : IDisconnectObserver
    {
        public void ClientDisconnected() => gone.TrySetResult();
    }
}
