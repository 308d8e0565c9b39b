using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Redis;

/// <summary>The names that the fields of the record <c>redis</c> had before it was one: <c>redis_host</c> is <c>redis.host</c>.</summary>
static class OldRedisNames
{
    /// <summary>Adds them to a plugin's configuration.</summary>
    /// <param name="schema">The configuration.</param>
    /// <param name="plugin">The plugin's name.</param>
    public static void Add(SchemaBuilder schema, string plugin)
    {
        Add(schema, plugin, "host", FieldType.String);
        Add(schema, plugin, "port", FieldType.Integer);
        Add(schema, plugin, "password", FieldType.String, static field => field.With(new LeastLengthValidator(0)));
        Add(schema, plugin, "username", FieldType.String);
        Add(schema, plugin, "ssl", FieldType.Boolean);
        Add(schema, plugin, "ssl_verify", FieldType.Boolean);
        Add(schema, plugin, "server_name", FieldType.String);
        Add(schema, plugin, "timeout", FieldType.Integer);
        Add(schema, plugin, "database", FieldType.Integer);
    }

    /// <summary>Demands that policy <c>redis</c> has a server.</summary>
    /// <param name="schema">The configuration.</param>
    public static void DemandServer(SchemaBuilder schema)
    {
        foreach (var name in (ReadOnlySpan<string>)["host", "port", "timeout"])
            schema.Plugin.Conditional("config.policy", static match => match.Is("redis"), $"config.redis.{name}", static match => match.IsSet());
    }

    static void Add(SchemaBuilder schema, string plugin, string name, FieldType type, Func<Field, Field>? demand = null)
    {
        var field = new Field
        {
            Name = $"redis_{name}",
            Type = type,
            Deprecation = new Deprecation
            {
                Message = $"{plugin}: config.redis_{name} is deprecated, please use config.redis.{name} instead",
                RemovalInVersion = "4.0",
                ReplacedWith = [new Replacement(["redis", name])],
            },
        };
        schema.Shorthand(
            demand?.Invoke(field) ?? field,
            value => new ValueMap { ["redis"] = new ValueMap { [name] = value } },
            record => record.GetMap("redis")?.Get(name));
    }
}
