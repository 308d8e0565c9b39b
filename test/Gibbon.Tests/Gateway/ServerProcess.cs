using System.Diagnostics;
using System.Globalization;

namespace Gibbon.Tests.Gateway;

/// <summary>A server in a process of its own, which a test may kill. It answers every request with its port.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // One write an answer, so that a kill leaves an answer whole or none at all.
    private const string Program = """
        import socket, sys, threading
        def serve(c):
            data = b""
            try:
                while True:
                    more = c.recv(65536)
                    if not more:
                        return
                    data += more
                    while b"\r\n\r\n" in data:
                        data = data.split(b"\r\n\r\n", 1)[1]
                        body = str(port).encode()
                        c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            except OSError:
                pass
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", int(sys.argv[1])))
        s.listen(512)
        port = s.getsockname()[1]
        print(port, flush=True)
        while True:
            c, _ = s.accept()
            threading.Thread(target=serve, args=(c,), daemon=True).start()
        """;

    private readonly Process _process;

    private ServerProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static Task<ServerProcess> StartAsync(int port = 0) => StartAsync(Program, port.ToString(CultureInfo.InvariantCulture));

    /// <summary>Starts another program in Python, which must print its port.</summary>
    public static async Task<ServerProcess> StartAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new("python3", ["-c", program, .. arguments]) { RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server did not start");
        return new ServerProcess(process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}
