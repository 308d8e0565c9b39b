using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gibbon.Lua.Tests;

/// <summary>Very many requests that wait at once.</summary>
public sealed class WaitingTests
{
    private const int Sleeping = 9_500;
    private const int Receiving = 500;

    // What a waiting request may hold in Lua, and in the whole process with its two ends of a connection in this process.
    private const int LuaBytesEach = 16 * 1024;
    private const int BytesEach = 96 * 1024;

    [Fact]
    public async Task Ten_thousand_requests_wait_in_sleeps_and_sockets_at_once_and_each_gets_its_own_answer()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start(Receiving);
        int port = ((IPEndPoint)server.LocalEndpoint).Port;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ending = new CancellationTokenSource();
        Task serving = ServeAsync(server, release.Task, ending.Token);
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            local shared, path = ngx.shared.kong, kong.request.get_path()
            if path == "/waiting" then
              collectgarbage()
              return kong.response.exit(200, tostring(shared:get("waiting")) .. " " .. collectgarbage("count") * 1024)
            elseif path == "/go" then
              shared:set("go", true)
              return kong.response.exit(200)
            elseif path == "/receive" then
              local sock = ngx.socket.tcp()
              sock:settimeout(600000)
              assert(sock:connect("127.0.0.1", {{port}}))
              shared:incr("waiting", 1, 0)
              assert(sock:receive(1) == "x")
              sock:close()
            else
              shared:incr("waiting", 1, 0)
              repeat ngx.sleep(2) until shared:get("go")
            end
            kong.response.exit(200, kong.request.get_query_arg("n"))
            """, new Dictionary<string, string> { ["nginx_worker_processes"] = "2" });
        using HttpClient client = Multiplexing(scene.Gateway.ProxyPort);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        double luaBefore = (await AskAsync(client)).Lua;

        Task<string>[] all = [.. Enumerable.Range(0, Sleeping + Receiving).Select(n => GetAsync(client, n < Receiving ? $"/receive?n={n}" : $"/sleep?n={n}"))];
        double lua = 0;
        await Eventually.TrueAsync(async () =>
        {
            Assert.DoesNotContain(all, static answer => answer.IsFaulted);
            (int waiting, lua) = await AskAsync(client);
            return waiting == all.Length;
        });
        long during = GC.GetTotalMemory(forceFullCollection: true);
        release.SetResult();
        await GetAsync(client, "/go");
        string[] answers = await Task.WhenAll(all);

        Assert.Equal(Enumerable.Range(0, all.Length).Select(static n => n.ToString(CultureInfo.InvariantCulture)), answers);
        Assert.InRange(lua - luaBefore, 0, (double)all.Length * LuaBytesEach);
        Assert.InRange(during - before, 0, (long)all.Length * BytesEach);
        await ending.CancelAsync();
        await serving;
    }

    private static async Task<(int Waiting, double Lua)> AskAsync(HttpClient client)
    {
        string[] figures = (await GetAsync(client, "/waiting")).Split(' ');
        return (figures[0] == "nil" ? 0 : int.Parse(figures[0], CultureInfo.InvariantCulture), double.Parse(figures[1], CultureInfo.InvariantCulture));
    }

    private static Task<string> GetAsync(HttpClient client, string path) => client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    // A hundred requests a connection, so that the test does with few of them.
    private static HttpClient Multiplexing(int port) => new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static async Task ServeAsync(TcpListener server, Task release, CancellationToken ending)
    {
        try
        {
            while (true)
            {
                Socket socket = await server.AcceptSocketAsync(ending);
                _ = Task.Run(
                    async () =>
                    {
                        using (socket)
                        {
                            await release;
                            await socket.SendAsync("x"u8.ToArray(), SocketFlags.None, CancellationToken.None);
                        }
                    },
                    CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
