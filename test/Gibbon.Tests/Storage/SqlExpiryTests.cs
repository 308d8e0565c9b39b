using Gibbon.Admin.Entities;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Tests.Storage;

public sealed class SqlExpiryTests : IAsyncDisposable
{
    readonly SetTime clock = new();
    readonly SqliteFixture sql;

    public SqlExpiryTests() => sql = new SqliteFixture(clock, new EntitySchemas([.. TestSchemas.Instance.All, Schema.Of<Ticket>(), Schema.Of<Count>()]));

    public ValueTask DisposeAsync() => sql.DisposeAsync();

    [Fact]
    public async Task What_the_admin_api_has_just_written_has_less_to_live_than_was_asked_for()
    {
        // The clock stands still: it is read back in the millisecond in which it was written.
        await using ErrorLog log = new(new LogTarget { Path = "/dev/null" }, LogSeverity.Error, clock);
        using AdminEntities entities = new(sql.Store, sql.Tables.Schemas, isWithoutDatabase: false, log);
        var (ticket, error) = await entities["tickets"].InsertAsync(new() { ["name"] = "t", ["ttl"] = 100L }, TestContext.Current.CancellationToken);
        Assert.True(ticket is not null, error?.Message);
        Assert.Equal(99L, ticket["ttl"]);
    }

    [Fact]
    public async Task What_has_expired_is_not_there_and_its_place_is_free()
    {
        var ticket = await sql.InsertAsync("tickets", new() { ["name"] = "t", ["ttl"] = 10L });
        clock.Advance(3);
        Assert.Equal(7L, (await sql.Values("tickets").SelectAsync(Id(ticket))).Value?["ttl"]);
        clock.Advance(8);
        Assert.Null((await sql.Values("tickets").SelectAsync(Id(ticket))).Value);
        Assert.Null((await sql.Values("tickets").SelectByAsync("name", "t")).Value);
        Assert.Empty((await sql.Values("tickets").PageAsync()).Value!.Entities);
        Assert.Equal([1L], sql.Query("SELECT count(*) FROM tickets"));
        await sql.InsertAsync("tickets", new() { ["name"] = "t" });
        Assert.Equal([1L], sql.Query("SELECT count(*) FROM tickets"));
    }

    [Fact]
    public async Task The_cleanup_takes_out_what_has_expired_and_nothing_else()
    {
        for (var i = 0; i < 1500; i++)
        {
            await sql.Values("tickets").InsertAsync(new() { ["name"] = $"t{i}" }, new EntityOptions { TimeToLive = TimeSpan.FromSeconds(5) });
        }
        var stays = await sql.InsertAsync("tickets", new() { ["name"] = "stays" });
        clock.Advance(6);
        await sql.Store.RemoveExpiredAsync(default);
        Assert.Equal([stays["id"]], sql.Query("SELECT id FROM tickets"));
    }

    [Fact]
    public async Task An_update_leaves_the_end_where_it_was_unless_it_names_another()
    {
        var ticket = await sql.InsertAsync("tickets", new() { ["name"] = "t", ["ttl"] = 10L });
        clock.Advance(4.5);
        await sql.Values("tickets").UpdateAsync(Id(ticket), new() { ["name"] = "u" });
        clock.Advance(5.4);
        Assert.NotNull((await sql.Values("tickets").SelectAsync(Id(ticket))).Value);
        await sql.Values("tickets").UpdateAsync(Id(ticket), new() { ["ttl"] = 100L });
        clock.Advance(50);
        Assert.Equal(50L, (await sql.Values("tickets").SelectAsync(Id(ticket))).Value?["ttl"]);
        await sql.Values("tickets").UpdateAsync(Id(ticket), new() { ["ttl"] = 0L });
        clock.Advance(1000);
        Assert.Null((await sql.Values("tickets").SelectAsync(Id(ticket))).Value!.Get("ttl"));
    }

    [Fact]
    public async Task Of_changes_made_together_one_takes_over_the_name_that_another_before_it_gave_up()
    {
        var schema = sql.Tables.Schemas.Find("tickets")!;
        var (a, c) = (await sql.InsertAsync("tickets", new() { ["name"] = "a" }), await sql.InsertAsync("tickets", new() { ["name"] = "c" }));
        var b = await sql.InsertAsync("tickets", new() { ["name"] = "b", ["ttl"] = 100L });

        // The one in the middle keeps its end, which takes another statement.
        var made = await sql.Store.WriteAsync([Renamed(c, "d"), Renamed(b, "z"), Renamed(a, "b")]);

        Assert.Null(made.Error);
        Assert.Equal(["b", "d", "z"], sql.Query("SELECT name FROM tickets ORDER BY name"));

        EntityWrite Renamed(ValueMap ticket, string name) => EntityWrite.Update(schema, Id(ticket), new ValueMap(ticket) { ["name"] = name });
    }

    [Fact]
    public async Task Counting_is_one_step_and_ends_with_its_time()
    {
        var counts = sql.Values("counts");
        var (key, options) = (new ValueMap { ["who"] = "me", ["period"] = "minute" }, new EntityOptions { TimeToLive = TimeSpan.FromSeconds(10) });
        await Parallel.ForAsync(0, 50, async (_, _) => Assert.True((await counts.IncrementAsync(key, "value", 2, options)).IsOk));
        clock.Advance(8);
        Assert.Equal(101, (await counts.IncrementAsync(key, "value", 1, options)).Value);
        Assert.Equal(1, (await counts.IncrementAsync(new() { ["who"] = "you", ["period"] = "minute" }, "value", 1, options)).Value);
        clock.Advance(3);
        Assert.Equal(1, (await counts.IncrementAsync(key, "value", 1, options)).Value);
        clock.Advance(5);
        Assert.Equal(2, (await counts.IncrementAsync(key, "value", 1, options)).Value);
    }

    static Guid Id(ValueMap entity) => Guid.Parse(entity.GetString("id")!);

    [Entity("tickets", EndpointKey = "name", Ttl = true)]
    internal sealed record Ticket : Entity, IConfigureSchema
    {
        [Unique]
        public required string Name { get; init; }

        [Auto]
        public long? Ttl { get; init; }

        static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Remove("ttl");
    }

    [Entity("counts", PrimaryKey = ["who", "period"], Workspaceable = false, Ttl = true)]
    internal sealed record Count
    {
        public required string Who { get; init; }

        public required string Period { get; init; }

        public long? Value { get; init; }
    }

    sealed class SetTime : TimeProvider
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(double seconds) => now = now.AddSeconds(seconds);
    }
}
