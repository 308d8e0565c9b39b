using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Gibbon.Certificates;
using Gibbon.Loopback;
using Gibbon.Testing;
using Gibbon.Tests.Certificates;
using Gibbon.Tests.Dns;
using Gibbon.Tests.Streams;

namespace Gibbon.Tests.PluginServers;

/// <summary>The phases in which there is no request: the handshake of TLS, and a stream whose first bytes nobody has read.</summary>
public sealed class ServedPhasesTests
{
    private static readonly object[] Die = ["die"];
    private static readonly object[] HangUp = ["hang up"];

    [Theory]
    [InlineData("msgpack_server.py")]
    [InlineData("protobuf_server.py")]
    public async Task A_plugin_asks_for_the_clients_certificate_while_the_handshake_waits_and_sees_it_with_the_request(string script)
    {
        bool isGo = script == "protobuf_server.py";
        object[] ask = isGo ? ["kong.log.notice", "Empty", "ListValue", "in the handshake"] : ["kong.client.tls.request_client_certificate"];
        object[] say = isGo ? ["kong.log.notice", "Empty", "ListValue", "in the handshake"] : ["kong.log.notice", "in the handshake"];
        object[] who = isGo ? ["kong.client.get_ip", "String", "Empty"] : ["kong.client.tls.get_full_client_certificate_chain"];
        await using ServedScene scene = await ServedScene.StartAsync(ServedScene.Settings(script), ("certificate", [ask, say]), ("access", [who, ["answer"]]));

        string answer = await AskOverTlsAsync(scene.Gateway, shows: !isGo);

        Assert.Contains("200 OK", answer, StringComparison.Ordinal);
        Assert.Contains(isGo ? "127.0.0.1" : "BEGIN CERTIFICATE", answer, StringComparison.Ordinal);
        await scene.LoggedAsync("in the handshake");
    }

    [Theory]
    [InlineData("msgpack_server.py")]
    [InlineData("protobuf_server.py")]
    public async Task A_server_that_fails_in_the_handshake_ends_that_and_serves_the_next(string script)
    {
        bool isGo = script == "protobuf_server.py";
        await using ServedScene scene = await ServedScene.StartAsync(ServedScene.Settings(script), ("certificate", [isGo ? HangUp : Die]));

        await Assert.ThrowsAnyAsync<Exception>(() => AskOverTlsAsync(scene.Gateway, shows: false));

        await scene.LoadAsync(("access", [["answer"]]));
        await Wait.UntilAsync(() =>
        {
            try
            {
                return AskOverTlsAsync(scene.Gateway, shows: false).GetAwaiter().GetResult().Contains("200 OK", StringComparison.Ordinal);
            }
            catch (Exception failure) when (failure is IOException or AuthenticationException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task A_function_of_requests_is_refused_in_the_handshake()
    {
        await using ServedScene scene = await ServedScene.MsgPackAsync(("certificate", [["kong.request.get_method"]]));

        await Assert.ThrowsAnyAsync<Exception>(() => AskOverTlsAsync(scene.Gateway, shows: false));

        await scene.LoggedAsync("function cannot be called in certificate phase");
    }

    [Theory]
    [InlineData("msgpack_server.py")]
    [InlineData("protobuf_server.py")]
    public async Task A_plugin_is_asked_before_a_stream_goes_to_its_service_and_after_it_has_ended(string script)
    {
        bool isGo = script == "protobuf_server.py";
        object[] before = isGo ? ["kong.log.notice", "Empty", "ListValue", "a stream begins"] : ["kong.log.notice", "a stream begins"];
        object[] after = isGo ? ["kong.log.notice", "Empty", "ListValue", "a stream has ended"] : ["kong.log.notice", "a stream has ended"];
        object[] address = isGo ? ["kong.client.get_ip", "String", "Empty"] : ["kong.client.get_ip"];
        await using StreamServer server = StreamServer.Echo();
        await using ServedStream scene = await ServedStream.StartAsync(script, server.Port, ("preread", [address, before]), ("log", [after]));

        Assert.Equal("E:hello", await scene.AskAsync("hello"));

        await Wait.UntilAsync(() => scene.Gateway.ErrorLog.Contains("a stream begins", StringComparison.Ordinal) && scene.Gateway.ErrorLog.Contains("a stream has ended", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("msgpack_server.py", "exit")]
    [InlineData("protobuf_server.py", "exit")]
    [InlineData("msgpack_server.py", "failure")]
    [InlineData("protobuf_server.py", "failure")]
    public async Task A_plugin_that_ends_a_stream_or_fails_keeps_it_from_its_service(string script, string how)
    {
        bool isGo = script == "protobuf_server.py";
        object[] end = how == "failure" ? (isGo ? HangUp : Die)
            : isGo ? ["kong.response.exit", "Empty", "ExitArgs", 403] : ["kong.response.exit", 403];
        await using StreamServer server = StreamServer.Echo();
        await using ServedStream scene = await ServedStream.StartAsync(script, server.Port, ("preread", [end]));

        Assert.DoesNotContain("E:", await scene.AskAsync("hello"), StringComparison.Ordinal);
    }

    private static async Task<string> AskOverTlsAsync(TestGateway gateway, bool shows)
    {
        using X509Certificate2 certificate = LoadedCertificate.Load(TestCertificates.For("client.test"), out _)!.Leaf;
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, gateway.ProxyTlsPort, TestContext.Current.CancellationToken);
        await using SslStream tls = new(client.GetStream(), false, static (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "things.test",
            ClientCertificates = shows ? [certificate] : [],
        });
        await tls.WriteAsync("GET / HTTP/1.1\r\nHost: things.test\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using MemoryStream answer = new();
        await tls.CopyToAsync(answer, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>A gateway with a listener for streams and the plugin on their route.</summary>
    private sealed class ServedStream : IAsyncDisposable
    {
        private readonly string _folder;
        private readonly int _port;

        private ServedStream(string folder, int port, TestGateway gateway) => (_folder, _port, Gateway) = (folder, port, gateway);

        public TestGateway Gateway { get; }

        public static async Task<ServedStream> StartAsync(string script, int service, params (string Phase, object[][] Calls)[] phases)
        {
            string folder = Directory.CreateTempSubdirectory("served-").FullName;
            int port = FreePorts.Take(1)[0];
            Dictionary<string, string> settings = ServedScene.Settings(script).ToDictionary(pair => pair.Key, pair => pair.Value.Replace("{folder}", folder, StringComparison.Ordinal));
            settings["stream_listen"] = $"127.0.0.1:{port}";
            string configuration = $$"""
                _format_version: "3.0"
                services:
                - name: things
                  url: tcp://127.0.0.1:{{service}}
                  routes:
                  - name: all
                    protocols: [tcp]
                    destinations:
                    - port: {{port}}
                plugins:
                - name: caller
                  protocols: [tcp]
                  config: {{JsonSerializer.Serialize(phases.ToDictionary(phase => phase.Phase, phase => JsonSerializer.Serialize(phase.Calls)))}}
                """;
            TestGateway gateway = await TestGateway.StartAsync(configuration, settings, loaders: [], cancellation: TestContext.Current.CancellationToken);
            await ServedScene.ListensAsync(settings["pluginserver_test_one_socket"]);
            return new ServedStream(folder, port, gateway);
        }

        public async Task<string> AskAsync(string text)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
            await using NetworkStream stream = new(socket);
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception failure) when (failure is IOException or SocketException)
            {
                return "reset";
            }

            return await StreamScene.ReadToEndAsync(stream);
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
