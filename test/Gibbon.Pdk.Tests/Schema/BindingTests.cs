using System.Text;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Tests.Schemas;

public sealed class BindingTests
{
    [Fact]
    public void A_route_becomes_a_record_and_data_again()
    {
        var schema = Schema.Of<Route>();
        var input = new ValueMap
        {
            ["name"] = "r",
            ["protocols"] = new ValueList { "https" },
            ["hosts"] = new ValueList { "*.example.com" },
            ["headers"] = new ValueMap { ["X-Version"] = new ValueList { "1", "2" } },
            ["service"] = new ValueMap { ["id"] = "1f0b1c1e-6d3a-4c55-9f0a-3f8f3a1d2b4c" },
            ["tags"] = new ValueList { "a" },
        };
        Assert.Null(schema.Create(input, Operation.Insert, out var entity)?.Message);

        var route = Schema.Bind<Route>(entity);

        Assert.Equal([Protocol.Https], route.Protocols);
        Assert.Equal(["1", "2"], route.Headers!["X-Version"]);
        Assert.Equal(Guid.Parse("1f0b1c1e-6d3a-4c55-9f0a-3f8f3a1d2b4c"), route.Service!.Value.Id);
        Assert.True(route.StripPath);
        Assert.Null(route.Paths);
        var again = Schema.Unbind(route);
        foreach (var (name, value) in entity)
        {
            Assert.True(Value.DeepEquals(value, again.Get(name)), name);
        }
    }

    [Fact]
    public void Missing_fields_have_the_values_of_the_initialisers()
    {
        var upstream = Schema.Bind<Upstream>(new ValueMap { ["name"] = "u" });

        Assert.Equal(10000, upstream.Slots);
        Assert.Equal(BalancingAlgorithm.RoundRobin, upstream.Algorithm);
        Assert.Equal([200, 302], upstream.Healthchecks.Active.Healthy.HttpStatuses!);
    }

    [Fact]
    public void Automatic_values_that_were_never_set_are_missing_in_data()
    {
        var data = Schema.Unbind(new Consumer { Username = "bob" });

        Assert.False(data.ContainsKey("id"));
        Assert.False(data.ContainsKey("created_at"));
        Assert.Null(Schema.Of<Consumer>().Create(data, Operation.Insert, out _)?.Message);
    }

    [Fact]
    public void A_field_that_Kong_does_not_know_is_shown_only_when_it_is_set()
    {
        var schema = Schema.Of<Entities.Plugin>(SchemaOptions.Default with
        {
            Plugins = SchemaOptions.Default.Plugins.Add("hello", Schema.ForPlugin("hello", typeof(HelloConfig), [])),
        });
        Assert.Null(schema.Create(new ValueMap { ["name"] = "hello" }, Operation.Insert, out var plugin)?.Message);
        Assert.False(schema.Select(plugin).ContainsKey("consumer_group"));
        Assert.True(schema.Select(plugin).ContainsKey("consumer"));

        plugin["consumer_group"] = new ValueMap { ["id"] = Guid.NewGuid().ToString() };

        Assert.True(schema.Select(plugin).ContainsKey("consumer_group"));
    }

    [Fact]
    public void The_field_that_moved_is_filled_in_and_shown_under_both_names()
    {
        var schema = Schema.Of<Entities.Plugin>(SchemaOptions.Default with
        {
            Plugins = SchemaOptions.Default.Plugins.Add("hello", Schema.ForPlugin("hello", typeof(HelloConfig), [])),
        });
        var input = new ValueMap { ["name"] = "hello", ["config"] = new ValueMap { ["redis_host"] = "r" } };

        Assert.Null(schema.Create(input, Operation.Insert, out var plugin)?.Message);

        Assert.Equal("r", plugin.GetMap("config")!.GetMap("redis")!.Get("host"));
        Assert.Equal(6379L, plugin.GetMap("config")!.GetMap("redis")!.Get("port"));
        Assert.False(plugin.GetMap("config")!.ContainsKey("redis_host"));
        Assert.Equal("r", schema.Select(plugin, showShorthands: true).GetMap("config")!.Get("redis_host"));
        input.GetMap("config")!["redis"] = new ValueMap { ["host"] = "other" };
        Assert.Equal(
            "schema violation (redis_host: both deprecated and new field are used but their values mismatch: redis_host = r vs redis.host = other)",
            schema.Create(input, Operation.Insert, out _)?.Message);
    }

    [Fact]
    public void A_plugin_that_is_not_there_cannot_be_configured() => Assert.Equal(
        "schema violation (name: plugin 'nope' not enabled; add it to the 'plugins' configuration property)",
        Schema.Of<Entities.Plugin>().Create(new ValueMap { ["name"] = "nope" }, Operation.Insert, out _)?.Message);

    [Fact]
    public void Errors_that_are_deeper_than_one_level_are_shown_as_Lua_would()
    {
        var errors = new SchemaErrors(new ValueMap
        {
            ["config"] = new ValueMap { ["metrics"] = new ValueList { null, new ValueMap { ["@entity"] = new ValueList { "no \"x\"" }, ["name"] = "bad" } } },
        });

        var expected = new StringBuilder("schema violation (config.metrics: {\n  [2] = {\n    [\"@entity\"] = {\n      \"no \\\"x\\\"\"\n    },\n    name = \"bad\"\n  }\n})");
        Assert.Equal(expected.ToString(), errors.Message);
    }

    sealed record HelloConfig : IConfigureSchema
    {
        public RedisConfig Redis { get; init; } = new();

        static void IConfigureSchema.Configure(SchemaBuilder schema) =>
            schema.Moved(new Field { Name = "redis_host", Type = FieldType.String }, "redis.host", "use config.redis.host");
    }
}
