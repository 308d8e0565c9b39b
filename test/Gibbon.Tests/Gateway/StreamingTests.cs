using System.Net;
using System.Text;
using Gibbon.Testing;
using Gibbon.Tests.Proxy;

namespace Gibbon.Tests.Gateway;

public sealed class StreamingTests
{
    [Fact]
    public async Task A_piece_of_an_answer_reaches_the_client_before_the_next_is_made()
    {
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = FakeUpstream.Start(new UpstreamAnswer
        {
            Writer = async (stream, cancellation) =>
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"u8.ToArray(), cancellation);
                await received.Task;
                await stream.WriteAsync("6\r\nsecond\r\n0\r\n\r\n"u8.ToArray(), cancellation);
                return true;
            },
        });
        await using TestGateway gateway = await StartAsync(upstream, "response_buffering: false");
        using RawClient client = await ConnectAsync(gateway);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadUntilAsync("5\r\nfirst\r\n");
        received.SetResult();

        Assert.Equal("6\r\nsecond\r\n0\r\n\r\n", await client.ReadUntilAsync("0\r\n\r\n"));
    }

    [Theory]
    [InlineData("Content-Length: 8", "8")]
    [InlineData("Transfer-Encoding: chunked", null)]
    public async Task Without_request_buffering_the_service_gets_each_piece_as_it_comes(string framing, string? length)
    {
        bool chunked = length is null;
        var read = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var service = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        service.Start();
        Task serving = ServeAsync(service, chunked ? "4\r\n1234\r\n" : "1234", read);
        await using TestGateway gateway = await TestGateway.StartAsync($$"""
            _format_version: "3.0"
            services: [{name: s, url: "http://127.0.0.1:{{((IPEndPoint)service.LocalEndpoint).Port}}", routes: [{name: all, paths: [/], request_buffering: false}]}]
            """);
        using RawClient client = await ConnectAsync(gateway);

        await client.SendAsync($"POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n" + (chunked ? "4\r\n1234\r\n" : "1234"));
        string first = await read.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await client.SendAsync(chunked ? "4\r\n5678\r\n0\r\n\r\n" : "5678");

        Assert.Contains(framing, first);
        Assert.StartsWith("HTTP/1.1 200", await client.ReadResponseAsync());
        await serving;
    }

    [Fact]
    public async Task With_request_buffering_a_chunked_body_is_sent_by_its_length()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using TestGateway gateway = await StartAsync(upstream, "request_buffering: true");
        using RawClient client = await ConnectAsync(gateway);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

        ReceivedRequest request = await upstream.NextRequestAsync();
        Assert.Equal("5", request.Header("Content-Length"));
        Assert.Null(request.Header("Transfer-Encoding"));
        Assert.Equal("abcde", request.Text);
    }

    [Fact]
    public async Task A_body_larger_than_memory_goes_through_a_file()
    {
        await using var upstream = FakeUpstream.Start(request => UpstreamAnswer.Text(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(request.Body.Span))));
        await using TestGateway gateway = await StartAsync(upstream, "request_buffering: true");
        byte[] body = new byte[3_000_000];
        Random.Shared.NextBytes(body);

        using HttpResponseMessage answer = await gateway.Client.PostAsync("/", new ByteArrayContent(body), TestContext.Current.CancellationToken);

        Assert.Equal(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(body)), await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Trailers_of_an_answer_reach_the_client()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Raw(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n", closeAfter: false));
        await using TestGateway gateway = await StartAsync(upstream, "response_buffering: true");
        using RawClient client = await ConnectAsync(gateway);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE\r\n\r\n");

        Assert.EndsWith("2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n", await client.ReadUntilAsync("X-Sum: 7\r\n\r\n"));
        Assert.Equal("trailers", (await upstream.NextRequestAsync()).Header("TE"));
    }

    [Fact]
    public async Task A_client_that_expects_100_is_told_to_go_on_when_its_body_is_wanted()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using TestGateway gateway = await StartAsync(upstream, "request_buffering: true");
        using RawClient client = await ConnectAsync(gateway);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadUntilAsync("\r\n\r\n"));
        await client.SendAsync("body");

        Assert.StartsWith("HTTP/1.1 200", await client.ReadResponseAsync());
        ReceivedRequest request = await upstream.NextRequestAsync();
        Assert.Null(request.Header("Expect"));
        Assert.Equal("body", request.Text);
    }

    private static async Task ServeAsync(System.Net.Sockets.TcpListener service, string piece, TaskCompletionSource<string> read)
    {
        using System.Net.Sockets.TcpClient accepted = await service.AcceptTcpClientAsync();
        System.Net.Sockets.NetworkStream stream = accepted.GetStream();
        var buffer = new byte[4096];
        string text = "";
        while (!text.EndsWith(piece, StringComparison.Ordinal)) text += Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer));
        read.SetResult(text);
        while (!text.Contains("5678", StringComparison.Ordinal)) text += Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer));
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
    }

    private static Task<RawClient> ConnectAsync(TestGateway gateway) => RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.ProxyPort));

    private static Task<TestGateway> StartAsync(FakeUpstream upstream, string route) => TestGateway.StartAsync($$"""
        _format_version: "3.0"
        services: [{name: s, url: {{upstream.Url}}, routes: [{name: all, paths: [/], {{route}} }]}]
        """);
}
