using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Schemas;

public sealed class UpdateTests
{
    [Fact]
    public void An_update_changes_records_field_by_field_and_lists_as_a_whole()
    {
        var schema = Schema.Of<Upstream>();
        var stored = Created(schema, new ValueMap { ["name"] = "u" });
        var changes = Map("healthchecks", Map("active", Map("healthy", new ValueMap { ["interval"] = 5L, ["http_statuses"] = new ValueList { 204L } })));

        Assert.Null(schema.Update(changes, stored, out var updated)?.Message);

        var healthy = updated.GetMap("healthchecks")!.GetMap("active")!.GetMap("healthy")!;
        Assert.Equal(5L, healthy.Get("interval"));
        Assert.Equal([204L], healthy.GetList("http_statuses")!);
        Assert.Equal(0L, healthy.Get("successes"));
        Assert.Equal("http", updated.GetMap("healthchecks")!.GetMap("active")!.Get("type"));
    }

    [Fact]
    public void An_update_keeps_when_the_entity_was_created_and_says_when_it_was_changed()
    {
        var schema = Schema.Of<Consumer>(SchemaOptions.Default with { Clock = new FixedClock(2000) });
        var stored = Created(Schema.Of<Consumer>(SchemaOptions.Default with { Clock = new FixedClock(1000) }), new ValueMap { ["username"] = "bob" });

        Assert.Null(schema.Update(new ValueMap { ["custom_id"] = "7" }, stored, out var updated)?.Message);

        Assert.Equal(1000L, updated.Get("created_at"));
        Assert.Equal(2000L, updated.Get("updated_at"));
        Assert.Equal("bob", updated.Get("username"));
    }

    [Fact]
    public void What_an_update_takes_away_is_checked_against_what_stays()
    {
        var schema = Schema.Of<Consumer>();
        var stored = Created(schema, new ValueMap { ["username"] = "bob" });

        var errors = schema.Update(new ValueMap { ["username"] = null }, stored, out _);

        Assert.Equal("schema violation (when updating, at least one of these fields must be non-empty: 'custom_id', 'username')", errors?.Message);
    }

    [Fact]
    public void Null_is_not_missing()
    {
        var schema = Schema.Of<Entities.Service>();

        var entity = Created(schema, new ValueMap { ["host"] = "h", ["retries"] = null });

        Assert.Null(entity.Get("retries"));
        Assert.Equal(60000L, entity.Get("read_timeout"));
        Assert.Equal("schema violation (port: required field missing)", schema.Create(new ValueMap { ["host"] = "h", ["port"] = null }, Operation.Insert, out _)?.Message);
    }

    [Fact]
    public void A_key_that_is_no_primary_key_is_refused()
    {
        var schema = Schema.Of<Consumer>();

        Assert.Equal("missing primary key", schema.ValidatePrimaryKey([])?.Fields.Get("id"));
        Assert.Equal("expected a valid UUID", schema.ValidatePrimaryKey(new ValueMap { ["id"] = "x" })?.Fields.Get("id"));
        Assert.Equal("not a primary key", schema.ValidatePrimaryKey(new ValueMap { ["id"] = Guid.NewGuid().ToString(), ["username"] = "x" })?.Fields.Get("username"));
    }

    static ValueMap Created(Schema schema, ValueMap input)
    {
        Assert.Null(schema.Create(input, Operation.Insert, out var entity)?.Message);
        return entity;
    }

    static ValueMap Map(string name, ValueMap value) => new() { [name] = value };

    sealed class FixedClock(long seconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(seconds);
    }
}
