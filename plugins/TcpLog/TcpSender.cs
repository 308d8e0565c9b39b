using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Connections;

namespace Gibbon.Plugins.TcpLog;

/// <summary>Sends entries over a kept connection, or a new one.</summary>
/// <param name="Host">The gateway.</param>
/// <param name="Config">Where to, and how.</param>
/// <param name="Connections">The connections that are kept.</param>
readonly record struct TcpSender(PluginHost Host, TcpLogConfig Config, ConnectionPool<LogServer> Connections)
{
    /// <summary>Sends entries, each with a line feed behind it. What cannot be sent is logged and lost.</summary>
    public async ValueTask<Result> SendAsync(IReadOnlyList<byte[]> batch, CancellationToken stopping)
    {
        var server = new LogServer(Config.Host, Config.Port, Config.Tls, Config.TlsSni);
        var sent = await TrySendAsync(server, batch, stopping);
        if (!sent.IsOk)
            Host.Logger("tcp-log").Err(sent.Error);

        return Result.Ok;
    }

    static byte[] Lines(IReadOnlyList<byte[]> batch)
    {
        var lines = new byte[batch.Sum(static entry => entry.Length + 1)];
        var position = 0;
        foreach (var entry in batch)
        {
            entry.CopyTo(lines, position);
            position += entry.Length + 1;
            lines[position - 1] = (byte)'\n';
        }

        return lines;
    }

    async ValueTask<Result> TrySendAsync(LogServer server, IReadOnlyList<byte[]> batch, CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(TimeSpan.FromMilliseconds(Config.Timeout ?? 10000));
        var connection = await Connections.TakeAsync(server);
        try
        {
            if (connection is null)
            {
                var connected = await ConnectAsync(server, patience.Token);
                if (!connected.IsOk)
                    return Result.Failure(connected.Error);

                connection = connected.Value;
            }

            await connection.WriteAsync(Lines(batch), patience.Token);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            if (connection is not null)
                await connection.DisposeAsync();

            return Result.Failure($"failed to send data to {server}: {(failure is OperationCanceledException ? "timeout" : failure.Message)}");
        }

        Connections.Keep(server, connection, TimeSpan.FromMilliseconds(Config.Keepalive ?? 60000), Host.Time);
        return Result.Ok;
    }

    async ValueTask<Result<KeptConnection>> ConnectAsync(LogServer server, CancellationToken patience)
    {
        var step = "connect";
        Stream? opened = null;
        try
        {
            var connected = await Host.Sockets.ConnectAsync(server.Host, server.Port, cancellation: patience);
            if (!connected.IsOk)
                return Result.Failure<KeptConnection>($"failed to connect to {server}: {connected.Error}");

            opened = connected.Value;
            if (!server.Tls)
                return new KeptConnection(opened);

            step = "perform TLS handshake";
            var secured = await Host.Sockets.SecureAsync(opened, new SocketTls(server.ServerName ?? "", Verify: false), patience);
            return secured.IsOk
                ? new KeptConnection(secured.Value)
                : Result.Failure<KeptConnection>($"failed to perform TLS handshake to {server}: {secured.Error}");
        }
        catch (OperationCanceledException)
        {
            if (opened is not null)
                await opened.DisposeAsync();

            return Result.Failure<KeptConnection>($"failed to {step} to {server}: timeout");
        }
    }
}
