using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Gibbon.Tests.Certificates;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Streams;

/// <summary>Listeners, routes and services as they were when Kong's sessions were recorded: with, and without, routes that go by server names.</summary>
public sealed class RecordedStreams : IAsyncLifetime
{
    // The listeners of the recordings, in the order of ours.
    private static readonly int[] Listeners = [28750, 28751, 28752, 28753, 28754, 28755, 28756, 28757, 28758];
    private static readonly string[] Flags = ["", "", "", "ssl", "", "udp", "", "udp", ""];

    private readonly X509Certificate2 _own = Own("leaf2.example.test");
    private StreamServer _echo = null!;
    private StreamServer _secureEcho = null!;
    private UdpEcho _datagrams = null!;
    private StreamScene _withNames = null!;
    private StreamScene _withoutNames = null!;

    internal StreamProbe Records { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _echo = StreamServer.Echo();
        _secureEcho = StreamServer.Echo(_own);
        _datagrams = new UdpEcho();
        _withNames = await StreamScene.StartAsync(Flags, ports => Configuration(ports, $$"""
            - {name: tls, protocol: tcp, host: 127.0.0.1, port: {{_echo.Port}}, routes: [{name: tls, protocols: [tls], snis: [a.test]}]}
            - {name: pass, protocol: tcp, host: 127.0.0.1, port: {{_secureEcho.Port}}, routes: [{name: pass, protocols: [tls_passthrough], snis: [p.test]}]}
            """));
        _withoutNames = await StreamScene.StartAsync(
            Flags,
            ports => Configuration(ports, $$"""
                - {name: tls, protocol: tcp, host: 127.0.0.1, port: {{_echo.Port}}, routes: [{name: tls, protocols: [tls], destinations: [{port: {{ports[3]}}}]}]}
                """) + "plugins: [{name: stream-probe, protocols: [tcp, tls, udp]}]\n",
            null,
            Records);
    }

    public async ValueTask DisposeAsync()
    {
        await _withNames.DisposeAsync();
        await _withoutNames.DisposeAsync();
        await _echo.DisposeAsync();
        await _secureEcho.DisposeAsync();
        await _datagrams.DisposeAsync();
        _own.Dispose();
    }

    /// <summary>Does what a recorded client did, and tells what it saw in the recording's words.</summary>
    public async Task<string> SeeAsync(string list, JsonElement recorded)
    {
        StreamScene scene = list == "with_sni_routes" ? _withNames : _withoutNames;
        string name = recorded.GetProperty("case").GetString()!;
        return name.StartsWith("udp", StringComparison.Ordinal) ? await SeeDatagramsAsync(scene, name == "udp route" ? 5 : 7)
            : recorded.TryGetProperty("sni", out JsonElement sni) ? await SeeTlsAsync(scene, sni.GetString())
            : await SeeTcpAsync(scene, name.StartsWith("ip-restriction", StringComparison.Ordinal) ? 8 : Array.IndexOf(Listeners, recorded.GetProperty("listener").GetInt32()));
    }

    /// <summary>The same of what the recording says. Whether an end is orderly or a reset depends on what of the client's bytes had been read.</summary>
    public static string Seen(JsonElement recorded)
    {
        string received = recorded.TryGetProperty("received", out JsonElement text) ? text.GetString()! : "";
        string name = recorded.GetProperty("case").GetString()!;
        if (name.StartsWith("udp", StringComparison.Ordinal)) return received;
        if (recorded.TryGetProperty("end", out JsonElement end)) return $"{received}, {(end.GetString() == "still open" ? "open" : "ended")}";
        if (recorded.TryGetProperty("error", out _)) return "no handshake";

        string subject = recorded.GetProperty("certificate").GetString()!.Split('\n')[0];
        return $"{subject[(subject.LastIndexOf("CN = ", StringComparison.Ordinal) + 5)..]}: {received}";
    }

    private static async Task<string> SeeTcpAsync(StreamScene scene, int listener)
    {
        using Socket socket = await scene.ConnectAsync(listener);
        var buffer = new byte[64];
        int length = 0;
        try
        {
            await socket.SendAsync("hello"u8.ToArray());
            while (length < "E:hello".Length)
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(length), TestContext.Current.CancellationToken);
                if (count == 0) return $"{Encoding.ASCII.GetString(buffer, 0, length)}, ended";
                length += count;
            }
        }
        catch (SocketException)
        {
            return $"{Encoding.ASCII.GetString(buffer, 0, length)}, ended";
        }

        // Nothing more comes, and no end: there is nothing to read.
        return $"{Encoding.ASCII.GetString(buffer, 0, length)}, {(socket.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead) ? "ended" : "open")}";
    }

    private static async Task<string> SeeTlsAsync(StreamScene scene, string? name)
    {
        try
        {
            (string subject, string answer) = await scene.AskOverTlsAsync("hello", name, listener: 3);
            return $"{subject.Split(", ").Single(static part => part.StartsWith("CN=", StringComparison.Ordinal))[3..]}: {answer}";
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            return "no handshake";
        }
    }

    // That nothing comes is known once the session is over, which the log tells.
    private static async Task<string> SeeDatagramsAsync(StreamScene scene, int listener)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, scene.Ports[listener]));
        await socket.SendAsync("hello"u8.ToArray());
        if (listener == 7)
        {
            await Wait.UntilAsync(() => scene.AccessLogAsync(0).GetAwaiter().GetResult().Contains("UDP 500 0 5"));
            if (!socket.Poll(0, SelectMode.SelectRead)) return "";
        }

        var buffer = new byte[64];
        int length = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private string Configuration(int[] ports, string more) => $$"""
        services:
        - {name: t1, protocol: tcp, host: 127.0.0.1, port: {{_echo.Port}}, routes: [{name: t1, protocols: [tcp], destinations: [{port: {{ports[0]}}}]}]}
        - {name: t4, protocol: tcp, host: 127.0.0.1, port: 1, routes: [{name: t4, protocols: [tcp], destinations: [{port: {{ports[1]}}}]}]}
        - {name: t6, protocol: tls, host: 127.0.0.1, port: {{_secureEcho.Port}}, routes: [{name: t6, protocols: [tcp], destinations: [{port: {{ports[2]}}}]}]}
        - {name: t5, protocol: udp, host: 127.0.0.1, port: {{_datagrams.Port}}, routes: [{name: t5, protocols: [udp], destinations: [{port: {{ports[5]}}}]}]}
        - {name: tx, protocol: tcp, host: 127.0.0.1, port: {{_echo.Port}}, routes: [{name: tx, protocols: [tcp], destinations: [{port: {{ports[8]}}}], plugins: [{name: ip-restriction, config: {deny: [127.0.0.1]} }]}]}
        {{more}}
        routes:
        - {name: t7, protocols: [tcp], destinations: [{port: {{ports[4]}}}]}

        """;

    private static X509Certificate2 Own(string name)
    {
        var pair = TestCertificates.For(name);
        using X509Certificate2 pem = X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
    }
}
