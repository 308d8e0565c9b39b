using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Tests.Storage;

public sealed class SqliteCrashTests
{
    const string Variable = "GIBBON_TEST_SQLITE_WRITER";
    const string FirstVariable = "GIBBON_TEST_SQLITE_WRITER_FIRST";
    const int Writes = 10_000;
    const int Kills = 5;

    [Fact]
    public async Task Processes_that_are_killed_while_they_write_lose_nothing_acknowledged_and_leave_nothing_half_done()
    {
        await using SqliteFixture sql = new(inMemory: true);
        var ends = Enumerable.Range(0, Kills).Select(static _ => Random.Shared.Next(1, Writes)).Order().ToList();
        var stored = 0;
        foreach (var end in ends.Append(Writes))
        {
            // What was written last may be there without its acknowledgement having come through: then there is nothing left for this one to write.
            var acknowledged = stored < end ? await WriteUntilAsync(sql.Path, first: stored, end) : stored;
            await sql.ReopenAsync();
            var services = NumbersIn(sql, "services");
            Assert.Equal(services, NumbersIn(sql, "routes"));
            Assert.Equal("ok", Assert.Single(sql.Query("PRAGMA integrity_check")));
            Assert.Equal(Enumerable.Range(0, services.Count), services);
            Assert.InRange(services.Count, acknowledged, Writes);
            stored = services.Count;
        }

        Assert.Equal(Writes, stored);
    }

    // Each change is of two entities: a service and its route. Killed as soon as so many are acknowledged; the last one ends by itself.
    static async Task<int> WriteUntilAsync(string path, int first, int end)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.Environment[Variable] = path;
        start.Environment[FirstVariable] = first.ToString(CultureInfo.InvariantCulture);
        using var writer = Process.Start(start)!;
        var acknowledged = first;
        try
        {
            while (await writer.StandardOutput.ReadLineAsync() is { } line)
            {
                Assert.Equal(acknowledged, int.Parse(line, CultureInfo.InvariantCulture));
                if (++acknowledged == end && end < Writes)
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
        return acknowledged;
    }

    static List<int> NumbersIn(SqliteFixture sql, string table) =>
        [.. sql.Query($"SELECT name FROM {table}").Select(static name => int.Parse(((string)name!).AsSpan(1), CultureInfo.InvariantCulture)).Order()];

    // The child process: this very program, which sees by the variable that it is to write and nothing else. Nothing here may need another thread, which would
    // wait for this initializer to end.
    [ModuleInitializer]
    internal static void WriteWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } path)
        {
            Write(path, int.Parse(Environment.GetEnvironmentVariable(FirstVariable)!, CultureInfo.InvariantCulture));
            Environment.Exit(0);
        }
    }

    static void Write(string path, int first)
    {
        var store = SqliteFixture.Open(path, TestSchemas.Instance, TimeProvider.System);
        var (services, routes) = (TestSchemas.Instance.Find("services")!, TestSchemas.Instance.Find("routes")!);
        using var output = Console.OpenStandardOutput();
        for (var i = first; i < Writes; i++)
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
