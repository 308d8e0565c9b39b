using System.Net;
using System.Net.Sockets;
using System.Text;
using Gibbon.Testing;

namespace Gibbon.Tests.Gateway;

/// <summary>Connections kept to services that close them whenever they like.</summary>
public sealed class KeptConnectionsTests
{
    private const int Clients = 16;

    [Fact]
    public async Task They_are_used_again()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using TestGateway gateway = await StartAsync(upstream.Port);

        for (int i = 0; i < 5; i++) Assert.Equal("ok", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));

        Assert.Equal(1, upstream.Connections);
    }

    [Theory]
    [InlineData("closed after the answer")]
    [InlineData("reset after the answer")]
    [InlineData("closed a moment after the answer")]
    [InlineData("closed by the next request")]
    [InlineData("any of these")]
    public async Task A_request_that_may_be_sent_again_never_fails_for_a_connection_that_was(string manner)
    {
        using var service = new MoodyService(manner);
        await using TestGateway gateway = await StartAsync(service.Port);
        int[] failed = new int[Clients];

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            // Half of the clients come anew for each request, as curl does: they leave as soon as they have their answer.
            for (int i = 0; i < 60; i++)
            {
                using var request = new HttpRequestMessage(i % 3 == 0 ? HttpMethod.Put : HttpMethod.Get, "/x");
                if (i % 3 == 0) request.Content = new StringContent("body");
                if (number % 2 == 0) request.Headers.ConnectionClose = true;
                using HttpResponseMessage answer = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
                if (answer.StatusCode != HttpStatusCode.OK) failed[number]++;
            }
        }));

        Assert.Equal(0, failed.Sum());
    }

    [Fact]
    public async Task A_request_that_may_not_be_sent_again_fails_when_the_kept_connection_does()
    {
        using var service = new MoodyService("closed by the next request");
        await using TestGateway gateway = await StartAsync(service.Port);
        using (HttpResponseMessage first = await gateway.Client.PostAsync("/", new StringContent("1"), TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        using HttpResponseMessage second = await gateway.Client.PostAsync("/", new StringContent("2"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadGateway, second.StatusCode);
    }

    [Fact]
    public async Task A_kept_connection_that_is_no_longer_needed_is_closed_and_not_reset()
    {
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = FakeUpstream.Start(new UpstreamAnswer
        {
            Writer = async (stream, cancellation) =>
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), cancellation);
                try
                {
                    ended.SetResult(await stream.ReadAsync(new byte[1], cancellation));
                }
                catch (IOException reset)
                {
                    ended.SetException(reset);
                }

                return false;
            },
        });
        await using (TestGateway gateway = await StartAsync(upstream.Port))
            await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(0, await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    private static Task<TestGateway> StartAsync(int port) => TestGateway.StartAsync($$"""
        _format_version: "3.0"
        services: [{name: moody, url: "http://127.0.0.1:{{port}}", retries: 0, routes: [{name: all, paths: [/]}]}]
        """);

    /// <summary>Answers well and says nothing of closing, then ends the connection in its own manner.</summary>
    private sealed class MoodyService : IDisposable
    {
        private static readonly byte[] Ok = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly string _manner;

        public MoodyService(string manner)
        {
            _manner = manner;
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(512);
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(Socket socket)
        {
            using (socket)
            {
                try
                {
                    for (int answered = 0; ; answered++)
                    {
                        string manner = _manner == "any of these" ? Random.Shared.Next(5) switch
                        {
                            0 => "closed after the answer",
                            1 => "reset after the answer",
                            2 => "closed a moment after the answer",
                            3 => "closed by the next request",
                            _ => "kept",
                        }
                        : _manner;
                        if (!await ReadRequestAsync(socket) || (answered > 0 && manner == "closed by the next request")) return;

                        await socket.SendAsync(Ok);
                        if (manner == "closed after the answer") return;
                        if (manner == "reset after the answer")
                        {
                            socket.LingerState = new LingerOption(true, 0);
                            return;
                        }

                        if (manner == "closed a moment after the answer")
                        {
                            await Task.Delay(Random.Shared.Next(3));
                            return;
                        }
                    }
                }
                catch (SocketException)
                {
                    // The gateway has closed first.
                }
            }
        }

        private static async Task<bool> ReadRequestAsync(Socket socket)
        {
            var buffer = new byte[8192];
            int length = 0;
            while (true)
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(length));
                if (count == 0) return false;

                length += count;
                string text = Encoding.Latin1.GetString(buffer, 0, length);
                int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                int at = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
                int body = at < 0 ? 0 : int.Parse(text[(at + 16)..text.IndexOf('\r', at)], null);
                if (end >= 0 && length >= end + 4 + body) return true;
            }
        }
    }
}
