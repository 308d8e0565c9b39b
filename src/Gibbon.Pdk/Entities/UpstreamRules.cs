using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>What must hold between an upstream's algorithm and what it hashes.</summary>
static class UpstreamRules
{
    static readonly string[] Hashed = ["header", "cookie", "path", "query_arg", "uri_capture"];

    public static void Add(SchemaBuilder schema)
    {
        schema.Place("updated_at", after: "name").Place("tags", after: "healthchecks");
        schema.Validate("name", static name => CheckName((string)name));
        schema.Change("healthchecks", WithDefaults);
        AddChecks(schema);
        schema.Shorthand(new Field { Name = "algorithm", Type = FieldType.String }, ExpandAlgorithm);
        schema.Shorthand(new Field { Name = "hash_on", Type = FieldType.String }, ExpandHashOn);
    }

    static void AddChecks(SchemaBuilder schema)
    {
        Demand(schema, "hash_on", "header", "hash_on_header");
        Demand(schema, "hash_fallback", "header", "hash_fallback_header");
        Demand(schema, "hash_on", "cookie", "hash_on_cookie");
        Demand(schema, "hash_fallback", "cookie", "hash_on_cookie");
        Allow(schema, "none", "none");
        Allow(schema, "cookie", "none");
        Allow(schema, "consumer", ["none", "ip", .. Hashed]);
        Allow(schema, "ip", ["none", "consumer", .. Hashed]);
        Allow(schema, "path", "none", "consumer", "header", "cookie", "query_arg", "ip", "uri_capture");
        schema.Distinct("hash_on_header", "hash_fallback_header");
        schema.Check(new CustomCheck(["algorithm", "sticky_sessions_cookie"], CheckSticky) { BeyondKong = true, RunWithMissingFields = true });
        foreach (var input in (ReadOnlySpan<string>)["query_arg", "uri_capture"])
        {
            Demand(schema, "hash_on", input, $"hash_on_{input}");
            Demand(schema, "hash_fallback", input, $"hash_fallback_{input}");
            schema.Distinct($"hash_on_{input}", $"hash_fallback_{input}");
        }
    }

    static string? CheckSticky(ValueMap upstream, CheckErrors errors)
    {
        if (upstream.GetValueOrDefault("algorithm") is not "sticky-sessions" || upstream.GetValueOrDefault("sticky_sessions_cookie") is not null)
        {
            return null;
        }
        errors.Add("sticky_sessions_cookie", "required field missing");
        return "failed conditional validation given value of field 'algorithm'";
    }

    static void Demand(SchemaBuilder schema, string field, string value, string needed) =>
        schema.Conditional(field, match => match.With(new MatchValidator($"^{value}$")), needed, static match => match with { Required = true });

    static void Allow(SchemaBuilder schema, string hashOn, params string[] fallbacks) =>
        schema.Conditional("hash_on", match => match.With(new MatchValidator($"^{hashOn}$")), "hash_fallback", match => match.In(fallbacks));

    static ValueMap ExpandAlgorithm(object? value) => value is "least-connections" or "latency" or "sticky-sessions"
        ? new ValueMap { ["algorithm"] = value, ["hash_on"] = null }
        : new ValueMap { ["algorithm"] = value };

    static ValueMap ExpandHashOn(object? value) => value switch
    {
        null => new ValueMap { ["hash_on"] = "none" },
        "none" => new ValueMap { ["hash_on"] = "none", ["algorithm"] = "round-robin" },
        _ => new ValueMap { ["hash_on"] = value, ["algorithm"] = "consistent-hashing" },
    };

    static string? CheckName(string name)
    {
        var host = HostAndPort.Parse(name);
        return host switch
        {
            { Error: not null } => $"Invalid name ('{name}'); must be a valid hostname",
            { Kind: not HostKind.Name } => $"Invalid name ('{name}'); no ip addresses allowed",
            { Port: not null } => $"Invalid name ('{name}'); no port allowed",
            _ => null,
        };
    }

    /// <summary>Says the defaults of the records aloud, though each field has its own: Kong's schema does.</summary>
    static Field WithDefaults(Field field)
    {
        if (field.Record is not { } record)
        {
            return field;
        }
        var inner = record.Fields.Select(WithDefaults).ToArray();
        var defaults = inner
            .Where(static item => item.HasDefault && item.Name != "threshold")
            .Select(static item => KeyValuePair.Create(item.Name, item.Default));
        return field with { Record = record.With(inner), HasDefault = true, Default = new ValueMap(defaults) };
    }
}
