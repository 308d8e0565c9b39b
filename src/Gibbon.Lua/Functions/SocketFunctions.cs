using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary><c>ngx.socket.tcp</c> and <c>ngx.socket.udp</c>: a number stands for a connection of the state.</summary>
internal static class SocketFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("socket_connect", static call => Connect(call)),
        new("socket_handshake", static call => Handshake(call)),
        new("socket_send", static call => Send(call)),
        new("socket_receive", static call => Receive(call)),
        new("socket_receive_any", static call => ReceiveAny(call)),
        new("socket_receive_until", static call => ReceiveUntil(call)),
        new("socket_close", static call => Close(call)),
        new("socket_keep", static call => Keep(call)),
        new("socket_reused", static call => call.Return(Find(call)?.Reused ?? 0)),
        new("udp_open", static call => OpenUdp(call)),
        new("udp_send", static call => SendUdp(call)),
        new("udp_receive", static call => ReceiveUdp(call)),
        new("udp_close", static call => CloseUdp(call)),
    ];

    private static TimeProvider Clock(LuaCall call) => NodeFunctions.Host(call).Time;

    private static TimeSpan Milliseconds(LuaCall call, int index) =>
        call.IsNil(index) ? TimeSpan.FromSeconds(60) : TimeSpan.FromMilliseconds(Math.Max(1, call.Number(index)));

    private static LuaSocket? Find(LuaCall call) => call.Run?.Worker.Holdings.Sockets.GetValueOrDefault((long)call.Number(1));

    // socket_connect(host, port, timeout, pool): the number of the connection, and whether it was kept from before
    private static int Connect(LuaCall call)
    {
        Host.LuaRun run = call.Run ?? throw new InvalidOperationException("API disabled in the current context");
        if (SocketPools.Take(call.Text(4)) is { } kept)
        {
            return call.Return(Add(run, kept));
        }

        ValueTask<Result<Stream>> connecting = ConnectAsync(NodeFunctions.Host(call), call.Text(1), call.Integer(2), Milliseconds(call, 3));
        return call.Wait(connecting, (L, result) =>
        {
            if (!result.IsOk)
            {
                return Failed(L, result.Error);
            }

            LuaStack.Push(L, (double)Add(run, new LuaSocket(result.Value)));
            return 1;
        });
    }

    private static long Add(Host.LuaRun run, LuaSocket socket)
    {
        long number = run.Worker.Holdings.Next++;
        run.Worker.Holdings.Sockets[number] = socket;
        run.Request?.Sockets.Add(number);
        return number;
    }

    private static async ValueTask<Result<Stream>> ConnectAsync(PluginHost host, string name, int port, TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout, host.Time);
        try
        {
            return await host.Sockets.ConnectAsync(name, port, cancellation: patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Result.Failure<Stream>("timeout");
        }
    }

    // socket_handshake(connection, server name, verify, timeout, certificates in PEM, key in PEM)
    private static int Handshake(LuaCall call)
    {
        if (Find(call) is not { } socket)
        {
            return call.Refuse("closed");
        }

        TlsCertificate? own = call.IsNil(5) ? null : PemCertificates.Read(call.Text(5), call.Text(6));
        var tls = new SocketTls(call.TextOrNull(2), call.Flag(3), own);
        return socket.IsTls ? call.Return(true) : call.Wait(
            socket.HandshakeAsync(NodeFunctions.Host(call).Sockets, tls, Milliseconds(call, 4), Clock(call)),
            static (L, error) => error is null ? Good(L) : Failed(L, error));
    }

    // socket_send(connection, bytes, timeout)
    private static int Send(LuaCall call)
    {
        if (Find(call) is not { } socket)
        {
            return call.Refuse("closed");
        }

        byte[] bytes = call.Bytes(2).ToArray();
        return call.Wait(socket.SendAsync(bytes, Milliseconds(call, 3), Clock(call)), (L, error) =>
        {
            if (error is not null)
            {
                return Failed(L, error);
            }

            LuaStack.Push(L, (double)bytes.Length);
            return 1;
        });
    }

    // socket_receive(connection, size or "*l" or "*a", timeout)
    private static int Receive(LuaCall call)
    {
        if (Find(call) is not { } socket)
        {
            return call.Refuse("closed");
        }

        TimeSpan timeout = Milliseconds(call, 3);
        if (call.Type(2) == LuaType.Number)
        {
            int size = call.Integer(2);
            return Answer(call, socket.ReceiveAsync(bytes => bytes.Length >= size ? size : -1, false, timeout, Clock(call)));
        }

        return call.TextOrNull(2) == "*a"
            ? Answer(call, socket.ReceiveAsync(static _ => -1, true, timeout, Clock(call)))
            : call.Wait(socket.ReceiveAsync(static bytes => bytes.Span.IndexOf((byte)'\n') is var end and >= 0 ? end + 1 : -1, false, timeout, Clock(call)), PushLine);
    }

    private static int ReceiveAny(LuaCall call)
    {
        int most = call.Integer(2);
        return Find(call) is { } socket
            ? Answer(call, socket.ReceiveAsync(bytes => bytes.Length > 0 ? Math.Min(most, bytes.Length) : -1, false, Milliseconds(call, 3), Clock(call)))
            : call.Refuse("closed");
    }

    // socket_receive_until(connection, mark, inclusive, timeout)
    private static int ReceiveUntil(LuaCall call)
    {
        if (Find(call) is not { } socket)
        {
            return call.Refuse("closed");
        }

        byte[] mark = call.Bytes(2).ToArray();
        bool inclusive = call.Flag(3);
        ValueTask<LuaReceived> receiving = socket.ReceiveAsync(
            bytes => bytes.Span.IndexOf(mark) is var place and >= 0 ? place + mark.Length : -1, false, Milliseconds(call, 4), Clock(call));
        return call.Wait(receiving, (L, received) =>
            Push(L, received.Error is null && !inclusive ? received with { Bytes = received.Bytes[..^mark.Length] } : received));
    }

    private static int Close(LuaCall call)
    {
        if (call.Run?.Worker.Holdings.Sockets.Remove((long)call.Number(1), out LuaSocket? socket) != true)
        {
            return call.Refuse("closed");
        }

        socket!.Dispose();
        return call.Return(true);
    }

    // socket_keep(connection, pool, idle milliseconds, size)
    private static int Keep(LuaCall call)
    {
        if (call.Run?.Worker.Holdings.Sockets.Remove((long)call.Number(1), out LuaSocket? socket) != true)
        {
            return call.Refuse("closed");
        }

        if (!socket!.IsClean)
        {
            socket.Dispose();
            return call.Refuse("unread data in buffer");
        }

        SocketPools.Give(call.Text(2), socket, TimeSpan.FromMilliseconds(call.Number(3)), call.Integer(4));
        return call.Return(true);
    }

    private static int OpenUdp(LuaCall call)
    {
        Host.LuaRun run = call.Run ?? throw new InvalidOperationException("API disabled in the current context");
        return call.Wait(NodeFunctions.Host(call).Sockets.OpenUdpAsync(call.Text(1), call.Integer(2)), (L, result) =>
        {
            if (!result.IsOk)
            {
                return Failed(L, result.Error);
            }

            long number = run.Worker.Holdings.Next++;
            run.Worker.Holdings.Datagrams[number] = result.Value;
            run.Request?.Sockets.Add(number);
            LuaStack.Push(L, (double)number);
            return 1;
        });
    }

    private static int SendUdp(LuaCall call)
    {
        if (call.Run?.Worker.Holdings.Datagrams.GetValueOrDefault((long)call.Number(1)) is not { } socket)
        {
            return call.Refuse("closed");
        }

        try
        {
            socket.Send(call.Bytes(2));
            return call.Return(true);
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            return call.Refuse(failure.Message);
        }
    }

    private static int ReceiveUdp(LuaCall call)
    {
        if (call.Run?.Worker.Holdings.Datagrams.GetValueOrDefault((long)call.Number(1)) is not { } socket)
        {
            return call.Refuse("closed");
        }

        return Answer(call, ReceiveAsync(socket, Milliseconds(call, 2), Clock(call)));
    }

    private static async ValueTask<LuaReceived> ReceiveAsync(System.Net.Sockets.Socket socket, TimeSpan timeout, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(timeout, time);
        try
        {
            byte[] buffer = new byte[65536];
            int length = await socket.ReceiveAsync(buffer, patience.Token).ConfigureAwait(false);
            return new LuaReceived(buffer[..length], null);
        }
        catch (OperationCanceledException)
        {
            return new LuaReceived([], "timeout");
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            return new LuaReceived([], failure.Message);
        }
    }

    private static int CloseUdp(LuaCall call)
    {
        if (call.Run?.Worker.Holdings.Datagrams.Remove((long)call.Number(1), out System.Net.Sockets.Socket? socket) != true)
        {
            return call.Refuse("closed");
        }

        socket!.Dispose();
        return call.Return(true);
    }

    private static int Answer(LuaCall call, ValueTask<LuaReceived> receiving) => call.Wait(receiving, Push);

    // A line ends with a line feed, and carriage returns do not count.
    private static int PushLine(nint L, LuaReceived received) =>
        Push(L, received with { Bytes = [.. received.Bytes.Where(static b => b is not ((byte)'\r' or (byte)'\n'))] });

    private static int Push(nint L, LuaReceived received)
    {
        if (received.Error is null)
        {
            LuaStack.Push(L, received.Bytes.AsSpan());
            return 1;
        }

        LuaApi.lua_pushnil(L);
        LuaStack.Push(L, received.Error);
        LuaStack.Push(L, received.Bytes.AsSpan());
        return 3;
    }

    private static int Good(nint L)
    {
        LuaStack.Push(L, true);
        return 1;
    }

    private static int Failed(nint L, string error)
    {
        LuaApi.lua_pushnil(L);
        LuaStack.Push(L, error);
        return 2;
    }
}
