using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins;

/// <summary>Makes the reference page of a plugin out of its schema, and of what its code says about itself.</summary>
static class ReferencePages
{
    static readonly Dictionary<string, XElement> Comments = new[] { typeof(BundledPlugins).Assembly, typeof(Plugin).Assembly }
        .SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
        .DistinctBy(member => (string)member.Attribute("name")!)
        .ToDictionary(member => (string)member.Attribute("name")!);

    /// <summary>The list of all pages.</summary>
    public static string Index(IEnumerable<Plugin> plugins)
    {
        var page = new StringBuilder("# Plugins\n\nThe plugins in the box, in the order in which they run. These pages are made of the schemas; to change them, change the code.\n\n");
        page.Append("| priority | plugin | what it does |\n|---|---|---|\n");
        foreach (var plugin in plugins.OrderByDescending(plugin => plugin.Priority).ThenByDescending(plugin => plugin.Name, StringComparer.Ordinal))
            page.Append($"| {plugin.Priority} | [{plugin.Name}]({plugin.Name}.md) | {Cell(Summary($"T:{plugin.GetType().FullName}"))} |\n");

        return page.ToString();
    }

    /// <summary>The page of one plugin.</summary>
    public static string Of(Plugin plugin)
    {
        var page = new StringBuilder($"# {plugin.Name}\n\n{Summary($"T:{plugin.GetType().FullName}")}\n\n");
        page.Append($"Priority {plugin.Priority}. Protocols: {string.Join(", ", plugin.Protocols)}. {Scopes(plugin.Scopes)}\n\n## Configuration\n\n");
        var config = plugin.ConfigSchema!.Describe().GetList("fields")!.OfType<ValueMap>().Select(field => field.GetMap("config")).First(found => found is not null)!;
        var table = new StringBuilder();
        Add(table, "", config, plugin.ConfigType!);
        page.Append(table.Length == 0 ? "Nothing is to be configured.\n" : "| field | type | default | what it is |\n|---|---|---|---|\n" + table);
        foreach (var entity in plugin.Entities)
            AddEntity(page, entity);

        AddEndpoints(page, "Admin API", plugin.AdminEndpoints);
        AddEndpoints(page, "Status API", plugin.StatusEndpoints);
        return page.ToString();
    }

    static void AddEntity(StringBuilder page, Type entity)
    {
        var schema = Schema.Of(entity);
        page.Append($"\n## Entity `{schema.Name}`\n\n{Summary($"T:{entity.FullName}")}\n\n| field | type | default | what it is |\n|---|---|---|---|\n");
        Add(page, "", schema.Describe(), entity);
    }

    static void AddEndpoints(StringBuilder page, string api, IReadOnlyList<PluginEndpoint> endpoints)
    {
        if (endpoints.Count == 0)
            return;

        page.Append($"\n## {api}\n\n");
        foreach (var endpoint in endpoints)
            page.Append($"- `{endpoint.Method ?? "any method"} {endpoint.Path}`\n");
    }

    static void Add(StringBuilder page, string prefix, ValueMap record, Type? type)
    {
        foreach (var (name, description) in record.GetList("fields")!.OfType<ValueMap>().SelectMany(field => field))
        {
            var field = (ValueMap)description!;
            var property = type is null ? null : Property(type, name);
            var text = Cell(property is null ? "" : Summary(property));
            var isRequired = field.Get("required") is true && field.Get("default") is null && field.Get("type") as string != "record" && field.Get("auto") is not true;
            page.Append($"| `{prefix}{name}`{(isRequired ? " (required)" : "")} | {Cell(TypeOf(field))} | {Default(field)} | {text} |\n");
            var shape = property is null ? null : Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (field.Get("type") as string == "record")
                Add(page, $"{prefix}{name}.", field, shape);
            else if (field.GetMap("elements") is { } elements && elements.GetString("type") == "record")
                Add(page, $"{prefix}{name}[].", elements, shape?.GetGenericArguments().FirstOrDefault());
        }
    }

    static PropertyInfo? Property(Type type, string field) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .FirstOrDefault(property => FieldName(property) == field);

    static string FieldName(PropertyInfo property) =>
        property.GetCustomAttribute<NameAttribute>()?.Name ?? Regex.Replace(property.Name, "(?<!^)(?=[A-Z])", "_").ToLowerInvariant();

    static string TypeOf(ValueMap field)
    {
        var type = field.GetString("type")!;
        type = type switch
        {
            "array" or "set" => $"{type} of {(field.GetMap("elements") is { } elements ? TypeOf(elements) : "values")}",
            "map" => $"map of {(field.GetMap("values") is { } values ? TypeOf(values) : "values")}",
            "foreign" => $"reference to {field.GetString("reference")}",
            _ => type,
        };
        if (field.GetList("one_of") is { } choices)
            type += ": " + string.Join(", ", choices.Select(choice => $"`{Value.ToText(choice!)}`"));

        if (field.GetList("between") is { Count: 2 } between)
            type += $" from {Value.ToText(between[0]!)} to {Value.ToText(between[1]!)}";

        if (field.Get("gt") is { } limit)
            type += $" above {Value.ToText(limit)}";

        return field.Get("referenceable") is true ? type + "; may be a secret" : type;
    }

    static string Default(ValueMap field) => field.Get("default") switch
    {
        null => "",
        // Made anew at each start.
        string { Length: 44 } => "random",
        var value => $"`{Cell(Encoding.UTF8.GetString(ValueJson.Write(value)).Replace("\\/", "/"))}`",
    };

    static string Scopes(PluginScopes scopes)
    {
        string[] places = [.. Enum.GetValues<PluginScopes>()
            .Where(scope => scope is PluginScopes.Service or PluginScopes.Route or PluginScopes.Consumer or PluginScopes.ConsumerGroup && scopes.HasFlag(scope))
            .Select(scope => scope switch { PluginScopes.ConsumerGroup => "a group of consumers", _ => $"a {scope.ToString().ToLowerInvariant()}" })];
        return places.Length == 0 ? "For the whole gateway only." : $"For the whole gateway, or for {string.Join(", ", places)}.";
    }

    // What an interface says of a property need not be said again.
    static string Summary(PropertyInfo property) => property.DeclaringType!.GetInterfaces().Prepend(property.DeclaringType)
        .Select(type => Summary($"P:{type.FullName}.{property.Name}"))
        .FirstOrDefault(text => text.Length > 0) ?? "";

    static string Summary(string member)
    {
        if (!Comments.TryGetValue(member, out var comment) || comment.Element("summary") is not { } summary)
            return "";

        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XText plain => plain.Value,
            XElement element when element.Name == "c" => $"`{element.Value}`",
            XElement element when element.Attribute("cref") is { } reference => $"`{Named(reference.Value)}`",
            XElement element => element.Value,
            _ => "",
        }));
        return Regex.Replace(text, "\\s+", " ").Trim();
    }

    // P:Gibbon.Pdk.QueueConfig.MaxBatchSize is the field max_batch_size.
    static string Named(string reference) =>
        Regex.Replace(reference[(reference.LastIndexOf('.') + 1)..], "(?<!^)(?=[A-Z])", "_").ToLowerInvariant();

    static string Cell(string text) => text.Replace("|", "\\|").ReplaceLineEndings(" ");
}
