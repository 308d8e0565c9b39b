using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Tests.Storage;

public sealed class SqliteCrashTests
{
    const string Variable = "GIBBON_TEST_SQLITE_WRITER";
    const int Writes = 10_000;

    // Every one of them waits for the disk, and the suite is not to wait for them for long. GIBBON_TEST_ALL_WRITES lets the end come anywhere.
    const int Least = 200;
    static readonly int Most = Environment.GetEnvironmentVariable("GIBBON_TEST_ALL_WRITES") is null ? 1500 : Writes;

    [Fact]
    public async Task A_process_that_is_killed_while_it_writes_loses_nothing_acknowledged_and_leaves_nothing_half_done()
    {
        await using SqliteFixture sql = new();
        var acknowledged = await KillWhileWritingAsync(sql.Path, after: Random.Shared.Next(Least, Most));
        await sql.ReopenAsync();

        var services = await NamesAsync(sql, "services");
        var routes = await NamesAsync(sql, "routes");
        Assert.Equal(services, routes);
        Assert.Equal("ok", Assert.Single(sql.Query("PRAGMA integrity_check")));

        // What was written last may be there without its acknowledgement having come through; what was acknowledged is there.
        Assert.InRange(acknowledged, Least, Writes);
        Assert.Equal(Enumerable.Range(0, services.Count), services);
        Assert.InRange(services.Count, acknowledged, Writes);
    }

    // Each change is of two entities: a service and its route.
    static async Task<int> KillWhileWritingAsync(string path, int after)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.Environment[Variable] = path;
        using var writer = Process.Start(start)!;
        var acknowledged = 0;
        try
        {
            while (await writer.StandardOutput.ReadLineAsync() is { } line)
            {
                Assert.Equal(acknowledged, int.Parse(line, CultureInfo.InvariantCulture));
                if (++acknowledged == after)
                {
                    writer.Kill();
                }
            }
        }
        finally
        {
            writer.Kill();
        }
        await writer.WaitForExitAsync();
        Assert.NotEqual(0, writer.ExitCode);
        return acknowledged;
    }

    static async Task<List<int>> NamesAsync(SqliteFixture sql, string kind)
    {
        var entities = await sql.Values(kind).EachAsync().ToListAsync();
        return [.. entities.Select(static entity => int.Parse(entity.GetString("name")!.AsSpan(1), CultureInfo.InvariantCulture)).Order()];
    }

    // The child process: this very program, which sees by the variable that it is to write and nothing else. Nothing here may need another thread, which would
    // wait for this initializer to end.
    [ModuleInitializer]
    internal static void WriteWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } path)
        {
            Write(path);
            Environment.Exit(0);
        }
    }

    static void Write(string path)
    {
        var store = SqliteFixture.Open(path, TestSchemas.Instance, TimeProvider.System);
        var (services, routes) = (TestSchemas.Instance.Find("services")!, TestSchemas.Instance.Find("routes")!);
        using var output = Console.OpenStandardOutput();
        for (var i = 0; i < Writes; i++)
        {
            services.Create(new() { ["name"] = $"n{i}", ["host"] = "h" }, Operation.Insert, out var service);
            routes.Create(
                new() { ["name"] = $"n{i}", ["paths"] = new ValueList { $"/{i}" }, ["service"] = new ValueMap { ["id"] = service["id"] } },
                Operation.Insert,
                out var route);
            var writing = store.WriteAsync([EntityWrite.Insert(services, service), EntityWrite.Insert(routes, route)]);
            if (!writing.IsCompleted || writing.Result.Error is not null)
            {
                throw new InvalidOperationException("a change was not made, or not at once");
            }
            output.Write(System.Text.Encoding.ASCII.GetBytes($"{i}\n"));
            output.Flush();
        }
    }
}
