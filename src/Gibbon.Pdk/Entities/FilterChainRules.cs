using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>That a filter chain runs for one route or one service, and that its filters exist.</summary>
static class FilterChainRules
{
    static readonly ValueMap TextOrNull = new()
    {
        ["$schema"] = "http://json-schema.org/draft-04/schema#",
        ["type"] = new ValueList { "string", "null" },
    };

    public static void Add(SchemaBuilder schema)
    {
        schema.Place("name", after: "id").Place("enabled", after: "name").Place("route", after: "enabled").Place("service", after: "route");
        schema.Place("filters", after: "service").Place("tags", after: "updated_at");
        schema.MutuallyExclusive("service", "route").AtLeastOneOf("service", "route");
        var options = schema.Options;
        schema.Check(new CustomCheck(["filters"], (chain, errors) => CheckConfigs(chain.GetList("filters"), options, errors)) { RunWithInvalidFields = true });
    }

    public static void AddToFilter(SchemaBuilder schema)
    {
        schema.Change("name", field => field.With(new OneOfValidator([.. schema.Options.Filters.Keys.Order(StringComparer.Ordinal)])));
        schema.Change("config", static field => field with
        {
            Type = FieldType.Json,
            Json = new JsonFieldSchema { Namespace = "proxy-wasm-filters", ParentSubschemaKey = "name", Optional = true, Default = TextOrNull },
        });
    }

    static string? CheckConfigs(ValueList? filters, SchemaOptions options, CheckErrors errors)
    {
        for (var place = 0; place < filters?.Count; place++)
        {
            if (filters[place] is not ValueMap filter || filter.GetString("name") is not { } name)
            {
                continue;
            }
            var schema = options.Filters.TryGetValue(name, out var known) && known is not null ? known : TextOrNull;
            if (JsonSchema.Check(schema, filter.Get("config")) is { } error)
            {
                var list = new ValueList(Enumerable.Repeat<object?>(null, place)) { new ValueMap { ["config"] = error } };
                errors.Add("filters", list);
                return null;
            }
        }
        return null;
    }
}
