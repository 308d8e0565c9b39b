using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gibbon.Clustering.Rpc;
using Gibbon.Clustering.Wire;
using Gibbon.Observability;
using Gibbon.Settings;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>A connection to a control plane: TLS, the client's certificate, requests, and the WebSocket that one of them becomes.</summary>
internal sealed class ClusterConnection(Socket socket, ControlPlane controlPlane, CancellationToken ending)
{
    private readonly ControlPlaneParts _parts = controlPlane.Parts;
    private X509Certificate2Collection _sent = [];
    private ClusterRequest? _request;

    public async Task RunAsync()
    {
        string ip = ((IPEndPoint)socket.RemoteEndPoint!).Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString()
            : ((IPEndPoint)socket.RemoteEndPoint!).Address.ToString();
        socket.NoDelay = true;
        NetworkStream stream = new(socket, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
        {
            SslStream tls = new(stream, leaveInnerStreamOpen: true);
            await using (tls.ConfigureAwait(false))
            {
                try
                {
                    await ServeAsync(tls, ip).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is IOException or AuthenticationException or InvalidDataException or OperationCanceledException
                    or ObjectDisposedException)
                {
                    _parts.Log.Write(LogSeverity.Info, $"[clustering] a connection from {ip} came to nothing: {failure.Message}");
                }
                catch (Exception failure)
                {
                    _parts.Log.Write(LogSeverity.Error, $"[clustering] a connection from {ip} failed: {failure}");
                }
            }
        }
    }

    private async ValueTask ServeAsync(SslStream tls, string ip)
    {
        using (CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(ending))
        {
            patience.CancelAfter(_parts.Times.LongestSilence);
            await tls.AuthenticateAsServerAsync(Options(), patience.Token).ConfigureAwait(false);
        }

        ClientShown shown = controlPlane.Clients.Look(tls.RemoteCertificate as X509Certificate2, _sent);
        WireReader reader = new(tls);
        while (await ReadHeadAsync(reader).ConfigureAwait(false) is { } text)
        {
            if (!HttpHead.TryParse(text, out HttpHead? head))
            {
                await AnswerAsync(tls, 400, "Bad Request", null, isLast: true).ConfigureAwait(false);
                return;
            }

            ClusterRequest request = _request = new ClusterRequest(head, (IPEndPoint)socket.RemoteEndPoint!, ((IPEndPoint)socket.LocalEndPoint!).Port);
            try
            {
                if (!await ServeAsync(tls, reader, head, ip, shown).ConfigureAwait(false))
                {
                    return;
                }
            }
            finally
            {
                _parts.AccessLog(request.ToContext(), request.Sent, request.Started);
            }
        }
    }

    // Returns whether another request may follow.
    private async ValueTask<bool> ServeAsync(SslStream tls, WireReader reader, HttpHead head, string ip, ClientShown shown)
    {
        if (shown.Problem is { } refused)
        {
            _parts.Log.Write(LogSeverity.Info, "[clustering] " + refused, "client: " + ip);
            await AnswerAsync(tls, 400, "Bad Request", shown.Page, isLast: true).ConfigureAwait(false);
            return false;
        }

        if (head.Path == "/v1/outlet")
        {
            await ServeOutletAsync(tls, reader, head, ip, shown).ConfigureAwait(false);
            return false;
        }

        if (head.Path == "/v2/outlet" && _parts.Settings.Hybrid.Rpc && controlPlane.Rpc is { } rpc)
        {
            await ServeRpcAsync(rpc, tls, reader, head, ip, shown).ConfigureAwait(false);
            return false;
        }

        bool isLast = head["Content-Length"] is not null || head["Transfer-Encoding"] is not null
            || string.Equals(head["Connection"], "close", StringComparison.OrdinalIgnoreCase);
        await AnswerAsync(tls, 404, "Not Found", null, isLast).ConfigureAwait(false);
        return !isLast;
    }

    private async ValueTask ServeOutletAsync(SslStream tls, WireReader reader, HttpHead head, string ip, ClientShown shown)
    {
        if (!await IsLetInAsync(shown, "[clustering] ", ip).ConfigureAwait(false))
        {
            return;
        }

        DataPlaneNode node = new(head.Argument("node_id"), head.Argument("node_hostname"), ip, head.Argument("node_version"));
        if (node.Id is null || node.Version is null)
        {
            _parts.Log.Write(LogSeverity.Warn, $"[clustering] data plane didn't pass the {(node.Id is null ? "id" : "version")}{node}");
            await AnswerAsync(tls, 400, "Bad Request", null, isLast: true).ConfigureAwait(false);
            return;
        }

        if (!head.IsUpgrade)
        {
            _parts.Log.Write(LogSeverity.Error, $"[clustering] failed to perform server side websocket handshake: bad request{node}");
            return;
        }

        X509Certificate2 client = shown.Certificate!;
        WebSocketConnection socket = await UpgradeAsync(tls, reader, head, null, client, node.ToString()).ConfigureAwait(false);
        await using (socket.ConfigureAwait(false))
        {
            await controlPlane.ServeAsync(new DataPlaneSession(controlPlane, socket, node, ClusterCertificate.EndOf(client)), ending).ConfigureAwait(false);
        }
    }

    // What Kong answers here, and whether it does, is what its data planes know.
    private async ValueTask ServeRpcAsync(RpcControlPlane rpc, SslStream tls, WireReader reader, HttpHead head, string ip, ClientShown shown)
    {
        if (head["Sec-WebSocket-Protocol"] is not { } protocols)
        {
            await AnswerAsync(tls, 500, "Internal Server Error", null, isLast: true).ConfigureAwait(false);
            return;
        }

        if (!head.IsUpgrade || !protocols.Split(',', StringSplitOptions.TrimEntries).Contains(RpcHello.Protocol))
        {
            _parts.Log.Write(LogSeverity.Error, $"[rpc] unknown RPC protocol: {protocols}, doesn't know how to communicate with client", "client: " + ip);
            return;
        }

        if (!await IsLetInAsync(shown, "[rpc] client's certificate failed validation: ", ip).ConfigureAwait(false))
        {
            return;
        }

        X509Certificate2 client = shown.Certificate!;
        WebSocketConnection socket = await UpgradeAsync(tls, reader, head, protocols, client, $" [ip: {ip}]").ConfigureAwait(false);
        await using (socket.ConfigureAwait(false))
        {
            await rpc.ServeAsync(new RpcSession(rpc, socket, ip, ClusterCertificate.EndOf(client), known: null), ending).ConfigureAwait(false);
        }
    }

    // Who is not is left without an answer.
    private async ValueTask<bool> IsLetInAsync(ClientShown shown, string where, string ip)
    {
        ClientVerdict verdict = await controlPlane.Clients.JudgeAsync(shown, ending).ConfigureAwait(false);
        if (verdict.Problem is { } problem)
        {
            _parts.Log.Write(LogSeverity.Error, where + problem, "client: " + ip);
        }
        else if (verdict.Warning is { } warning)
        {
            _parts.Log.Write(LogSeverity.Warn, "[clustering] " + warning, "client: " + ip);
        }

        return verdict.Problem is null;
    }

    private async ValueTask<WebSocketConnection> UpgradeAsync(
        SslStream tls, WireReader reader, HttpHead head, string? protocols, X509Certificate2 client, string whose)
    {
        string agreed = protocols is null ? "" : $"Sec-WebSocket-Protocol: {protocols}\r\n";
        string answer = $"HTTP/1.1 101 Switching Protocols\r\nDate: {Date()}\r\nConnection: upgrade\r\n{agreed}Upgrade: websocket\r\n"
            + $"Sec-WebSocket-Accept: {HttpHead.Accept(head["Sec-WebSocket-Key"]!)}\r\n\r\n";
        _request!.Status = 101;
        await tls.WriteAsync(Encoding.ASCII.GetBytes(answer), ending).ConfigureAwait(false);
        ClusterCertificate.NoteExpiry(client, "the certificate of the data plane" + whose, _parts.Time.GetUtcNow(), _parts.Times, _parts.Log);
        return new WebSocketConnection(tls, reader, isClient: false, _parts.Settings.Hybrid.MaxPayload);
    }

    private async ValueTask<string?> ReadHeadAsync(WireReader reader)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(ending);
        patience.CancelAfter(_parts.Times.LongestSilence);
        return await reader.ReadHeadAsync(patience.Token).ConfigureAwait(false);
    }

    private async ValueTask AnswerAsync(SslStream tls, int status, string reason, string? explanation, bool isLast)
    {
        string title = explanation is null ? $"{status} {reason}" : $"{status} {explanation}";
        string more = explanation is null ? "" : $"<center>{explanation}</center>\r\n";
        string page = $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{status} {reason}</h1></center>\r\n{more}</body>\r\n</html>\r\n";
        string head = $"HTTP/1.1 {status} {reason}\r\nDate: {Date()}\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Length: {page.Length}\r\n"
            + $"Connection: {(isLast ? "close" : "keep-alive")}\r\n\r\n";
        if (_request is { } request)
        {
            (request.Status, request.Sent) = (status, page.Length);
        }

        await tls.WriteAsync(Encoding.ASCII.GetBytes(head + page), ending).ConfigureAwait(false);
    }

    private string Date() => _parts.Time.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);

    // Whoever comes is let in as far as the handshake; what he shows is judged behind it, as Kong does.
    private SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = controlPlane.Certificate.Own.Context,
        ClientCertificateRequired = true,
        AllowTlsResume = false,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
#pragma warning disable CA5359 // Judged when the handshake is over.
        RemoteCertificateValidationCallback = (_, _, chain, _) =>
        {
            _sent = ClusterCertificate.SentWith(chain);
            return true;
        },
#pragma warning restore CA5359
    };
}
