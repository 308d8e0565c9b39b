using System.Collections.Immutable;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>What must hold between the fields of a route: by the group of its protocols, and by the router's flavour.</summary>
static class RouteRules
{
    static readonly ImmutableArray<string> MatchFields = ["methods", "hosts", "paths", "headers", "snis", "sources", "destinations"];

    static readonly ImmutableArray<string> CheckedFields =
        ["id", "protocols", "snis", "sources", "destinations", "methods", "hosts", "paths", "headers", "expression", "regex_priority", "priority"];

    public static void Add(SchemaBuilder schema)
    {
        schema.Place("tags", after: "response_buffering");
        schema.Conditional(
            "protocols",
            static field => field with { Elements = new Field { Type = FieldType.String }.NotIn("grpcs", "https", "tls", "tls_passthrough") },
            "snis",
            static field => field.With(new ExactLengthValidator(0)),
            "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'");
        schema.Check(["path_handling"], static _ => null);
        var options = schema.Options;
        var hasExpressions = options.RouterFlavor == RouterFlavor.Expressions;
        if (!hasExpressions)
        {
            schema.Remove("expression", "priority");
        }
        if (options.RouterFlavor == RouterFlavor.Traditional)
        {
            schema.Change("snis", static field => field with { Elements = new Field { Type = FieldType.String }.Sni() });
        }
        else
        {
            schema.Check(new CustomCheck(CheckedFields, (route, _) => CheckMatch(route, options)) { RunWithMissingFields = true });
        }
        schema.ChooseSubschema("protocols", error: "unknown type: %s");
        RouteSubschemas.Add(schema, hasExpressions);
    }

    static string? CheckMatch(ValueMap route, SchemaOptions options)
    {
        var isSet = MatchFields.Any(name => !Value.IsEmpty(route.Get(name)));
        var expression = route.GetString("expression");
        if (expression is not null && isSet)
        {
            return Failed($"cannot set 'expression' with {List(", ", " or ")} simultaneously");
        }
        if (expression is not null && route.Get("regex_priority") is not (null or 0L))
        {
            return Failed("cannot set 'regex_priority' with 'expression' simultaneously");
        }
        if (isSet && route.Get("priority") is not (null or 0L))
        {
            return Failed($"cannot set 'priority' with {List(", ", " or ")} simultaneously");
        }
        return options.CheckRoute?.Invoke(route) is { } error ? Failed(error) : null;
    }

    static string Failed(string error) => "Router Expression failed validation: " + error;

    static string List(string separator, string last) =>
        string.Join(separator, MatchFields[..^1].Select(static name => $"'{name}'")) + last + $"'{MatchFields[^1]}'";
}
