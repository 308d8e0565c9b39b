using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Gibbon.Loopback;
using Gibbon.Storage.Sqlite;
using Gibbon.Tests.Certificates;
using Microsoft.Data.Sqlite;

namespace Gibbon.Tests.Cli;

/// <summary>The real program on SQLite, killed in the midst of what many clients want of its Admin API.</summary>
public sealed class KilledNodeTests : IDisposable
{
    const int Clients = 8;
    const int Kills = 5;
    const int Writes = 10_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly KongProgram kong = KongProgram.InMemory();
    int asked;

    public void Dispose() => kong.Dispose();

    // Each change is of two entities, a certificate and its name, and of the version that comes of it.
    [Fact]
    public async Task A_node_that_is_killed_five_times_while_eight_clients_write_ten_thousand_times_has_lost_nothing_acknowledged_and_left_nothing_half_done()
    {
        SqliteLibrary.Ensure();
        HashSet<string> safe = [];
        foreach (var end in Enumerable.Range(0, Kills - 1).Select(static _ => Random.Shared.Next(1, Writes)).Append(Writes).Order())
        {
            var acknowledged = await WriteUntilKilledAsync(Math.Max(1, end - safe.Count));
            await using SqliteConnection database = new($"Data Source={Path.Combine(kong.Prefix, "gibbon.db")};Pooling=False");
            await database.OpenAsync();
            Assert.Equal("ok", Assert.Single(Read(database, "PRAGMA integrity_check")));
            var stored = Read(database, "SELECT snis.name FROM snis JOIN certificates ON certificates.id = snis.certificate_id").ToHashSet();

            Assert.Subset(stored, safe);
            Assert.Subset(stored, acknowledged);
            Assert.InRange(stored.Count - safe.Count, acknowledged.Count, acknowledged.Count + Clients);
            var count = stored.Count.ToString(CultureInfo.InvariantCulture);
            Assert.Equal([count, count], Read(database, "SELECT COUNT(*) FROM snis UNION ALL SELECT COUNT(*) FROM certificates"));
            Assert.Equal([count], Read(database, "SELECT number FROM gibbon_version_counter"));
            Assert.Equal([count], Read(database, "SELECT COUNT(*) FROM gibbon_versions"));
            Assert.Equal([count], Read(database, "SELECT COUNT(*) FROM (SELECT version FROM gibbon_version_changes GROUP BY version HAVING COUNT(*) = 2)"));
            safe = stored;
        }

        Assert.InRange(safe.Count, Writes, Writes + (Kills * Clients));
    }

    async Task<HashSet<string>> WriteUntilKilledAsync(int most)
    {
        // So many versions are kept that all of them can be counted.
        var port = FreePorts.One();
        Assert.Equal(0, kong.Run(
            "start", ("KONG_DATABASE", "sqlite"), ("KONG_ADMIN_LISTEN", $"127.0.0.1:{port}"), ("KONG_ADMIN_VERSIONS", $"{Writes * 2}")).ExitCode);
        using var node = Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(kong.Prefix, "pids/nginx.pid")), CultureInfo.InvariantCulture));
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience };
        var pair = TestCertificates.For("killed.test");
        ConcurrentBag<string> acknowledged = [];
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => WriteAsync()));
        await node.WaitForExitAsync().WaitAsync(Patience);
        return [.. acknowledged];

        async Task WriteAsync()
        {
            while (true)
            {
                var name = $"n{Interlocked.Increment(ref asked)}.test";
                try
                {
                    using var answer = await client.PostAsJsonAsync("/certificates", new { cert = pair.Certificate, key = pair.Key, snis = new[] { name } });
                    Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
                }
                catch (HttpRequestException)
                {
                    // It is gone.
                    return;
                }

                acknowledged.Add(name);
                if (acknowledged.Count >= most)
                    node.Kill();
            }
        }
    }

    static List<string> Read(SqliteConnection database, string query)
    {
        using var command = database.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        List<string> found = [];
        while (reader.Read())
            found.Add(reader.GetString(0));
        return found;
    }
}
