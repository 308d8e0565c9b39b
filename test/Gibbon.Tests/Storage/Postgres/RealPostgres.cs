using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gibbon.Loopback;
using Npgsql;

[assembly: AssemblyFixture(typeof(Gibbon.Tests.Storage.Postgres.RealPostgres.End))]

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>
/// A PostgreSQL server: one for the tests of one run, started when the first of them asks for it; or one of a test's own, which it may kill. Gone with the run however that ends.
/// </summary>
internal sealed class RealPostgres : IDisposable
{
    // The server ends when the process that wanted it does.
    private const string Watch =
        """
        parent=$1; shift
        "$@" & server=$!
        trap 'kill -QUIT $server' TERM INT
        while kill -0 $parent 2>/dev/null && kill -0 $server 2>/dev/null; do sleep 1; done
        kill -QUIT $server 2>/dev/null
        wait $server
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly Lazy<RealPostgres> Started = new(static () => new RealPostgres());

    private readonly string folder;
    private readonly string data;
    private Process process;

    public RealPostgres()
    {
        // The server's user must be able to reach its folder; others have no business there.
        folder = Directory.CreateTempSubdirectory("gibbon-postgres-").FullName;
        data = Path.Combine(folder, "data");
        if (IsRoot)
            Run("chown", "postgres", folder);
        Run([.. AsServerUser, Program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
        SetUpTls();
        Port = FreePorts.One();
        process = Serve();
        WaitUntilReady();
        Execute("CREATE ROLE tls_only; CREATE ROLE password_only");
    }

    public static RealPostgres Instance => Started.Value;

    public int Port { get; }

    /// <summary>The folder of its socket.</summary>
    public string SocketFolder => folder;

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Timezone=UTC;Pooling=false;Timeout=60;Command Timeout=120";

    /// <summary>Ends the server as a crash would.</summary>
    public void Kill()
    {
        Run("kill", "-KILL", File.ReadLines(Path.Combine(data, "postmaster.pid")).First());
        Assert.True(process.WaitForExit(Patience), "the server did not end");
    }

    /// <summary>Starts it again where it was, and waits until it answers.</summary>
    public void Restart()
    {
        process.Dispose();
        process = Serve();
        WaitUntilReady();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", $"-TERM {process.Id}");
            kill.WaitForExit();
        }

        process.WaitForExit(Patience);
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public void Execute(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection(ConnectionString(database));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The certificate it shows, by which a client may know it; in PEM.</summary>
    public string Authority => Path.Combine(folder, "server.crt");

    // Whoever is in the role "tls_only" needs TLS and a password; whoever is in "password_only" needs a password. The others are trusted.
    private void SetUpTls()
    {
        var pair = Certificates.TestCertificates.For("postgres.test");
        File.WriteAllText(Authority, pair.Certificate);
        var key = Path.Combine(folder, "server.key");
        File.WriteAllText(key, pair.Key);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (IsRoot)
            Run("chown", "postgres", key);
        File.WriteAllText(
            Path.Combine(data, "pg_hba.conf"),
            """
            hostssl   all +tls_only      127.0.0.1/32 scram-sha-256
            hostnossl all +tls_only      127.0.0.1/32 reject
            host      all +password_only 127.0.0.1/32 scram-sha-256
            host      all all            127.0.0.1/32 trust
            local     all all                         trust

            """);
    }

    private static bool IsRoot => Environment.UserName == "root";

    // The server refuses to be run by root.
    private static string[] AsServerUser => IsRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];

    private static string Program(string name) => Directory.GetDirectories("/usr/lib/postgresql")
        .OrderByDescending(static version => int.Parse(Path.GetFileName(version))).Select(version => Path.Combine(version, "bin", name)).First(File.Exists);

    private static void Run(params string[] words)
    {
        using var started = Start(words);
        Assert.True(started.WaitForExit(Patience), $"{words[0]} did not end");
        Assert.True(started.ExitCode == 0, $"{string.Join(' ', words)} ended with {started.ExitCode}");
    }

    private static Process Start(params string[] words) => Process.Start(
        new ProcessStartInfo("sh", ["-c", "cd / && exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", .. words]))!;

    private Process Serve() => Start(
    [
        "sh", "-c", Watch, "watch", $"{Environment.ProcessId}", .. AsServerUser, Program("postgres"), "-D", data, "-p", $"{Port}",
        "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "fsync=off",
        "-c", "ssl=on", "-c", $"ssl_cert_file={folder}/server.crt", "-c", $"ssl_key_file={folder}/server.key",
        "-c", "full_page_writes=off", "-c", "max_connections=400", "-c", "logging_collector=off", "-c", "log_min_messages=fatal",
    ]);

    private void WaitUntilReady()
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            try
            {
                Execute("SELECT 1");
                return;
            }
            catch (NpgsqlException) when (DateTime.UtcNow < until)
            {
                // A server that was killed leaves processes behind for a moment, and no other starts beside them.
                if (process.HasExited)
                {
                    process.Dispose();
                    process = Serve();
                }

                Thread.Sleep(50);
            }
        }
    }

    /// <summary>Ends the server with the run.</summary>
    public sealed class End : IDisposable
    {
        public void Dispose()
        {
            if (Started.IsValueCreated)
                Instance.Dispose();
        }
    }
}
