using System.Net;
using Gibbon.Testing;
using Gibbon.Tests.Proxy;

namespace Gibbon.Tests.Gateway;

public sealed class ClientDisconnectTests
{
    [Fact]
    public async Task A_client_that_leaves_ends_the_request_to_the_service_and_is_logged_as_499()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = FakeUpstream.Start(new UpstreamAnswer
        {
            Writer = async (stream, cancellation) =>
            {
                try
                {
                    await stream.ReadAsync(new byte[1], cancellation);
                }
                finally
                {
                    // Closed or reset.
                    ended.SetResult();
                }

                return false;
            },
        });
        await using TestGateway gateway = await StartAsync(upstream, "");

        using (RawClient client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.ProxyPort)))
        {
            await client.SendAsync("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n");
            await upstream.NextRequestAsync();
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Contains("\"GET /gone HTTP/1.1\" 499 0", await LogAsync(gateway));
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_its_body_is_logged_as_400_and_the_service_hears_nothing()
    {
        await using var upstream = FakeUpstream.Start();
        await using TestGateway gateway = await StartAsync(upstream, "");

        using (RawClient client = await RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.ProxyPort)))
        {
            await client.SendAsync("POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
        }

        Assert.Contains("\"POST /half HTTP/1.1\" 400 0", await LogAsync(gateway));
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_stream_that_is_reset_ends_the_request_to_the_service()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = FakeUpstream.Start(new UpstreamAnswer
        {
            Writer = async (stream, cancellation) =>
            {
                try
                {
                    await stream.ReadAsync(new byte[1], cancellation);
                }
                finally
                {
                    // Closed or reset.
                    ended.SetResult();
                }

                return false;
            },
        });
        await using TestGateway gateway = await StartAsync(upstream, "");
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/gone") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        Task<HttpResponseMessage> asking = gateway.Client.SendAsync(request, leave.Token);
        await upstream.NextRequestAsync();
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Contains("\"GET /gone HTTP/2.0\" 499 0", await LogAsync(gateway));
    }

    private static Task<TestGateway> StartAsync(FakeUpstream upstream, string route) => TestGateway.StartAsync($$"""
        _format_version: "3.0"
        services: [{name: s, url: {{upstream.Url}}, routes: [{name: all, paths: [/]{{route}} }]}]
        """);

    // The line is written behind the exchange, by a task of its own.
    private static async Task<string> LogAsync(TestGateway gateway)
    {
        string path = Path.Combine(gateway.Prefix, "logs/access.log");
        for (int i = 0; i < 100; i++)
        {
            string text = File.Exists(path) ? await ReadAsync(path) : "";
            if (text.Contains("HTTP/", StringComparison.Ordinal)) return text;

            await Task.Delay(50);
        }

        return "";
    }

    private static async Task<string> ReadAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }
}
