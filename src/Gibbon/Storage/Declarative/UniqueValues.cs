using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Looks for values that only one entity may have and two have: custom ids, credentials. The endpoint key has been looked at before. As
/// in Kong the last one found is told, under the name of its entity.
/// </summary>
internal static class UniqueValues
{
    public static ValueMap? Check(Dictionary<string, List<DeclarativeItem>> items)
    {
        ValueMap? errors = null;
        foreach (var (kind, list) in items)
        {
            foreach (var field in list[0].Schema.Fields)
            {
                if (field.Unique is true && field.Name != list[0].Schema.EndpointKey && LastDouble(list, field) is var (item, value))
                {
                    var error = $"uniqueness violation: '{kind}' entity with {field.Name} set to '{value}' already declared";
                    (errors ??= [])[kind] = new ValueMap { [item.Source.GetString(item.Schema.EndpointKey ?? "") ?? item.Id] = error };
                }
            }
        }
        return errors;
    }

    static (DeclarativeItem Item, string Value)? LastDouble(List<DeclarativeItem> list, Field field)
    {
        var seen = new HashSet<(string, string)>();
        (DeclarativeItem, string)? last = null;
        foreach (var item in list)
        {
            if (ValueOf(item, field) is { } value)
            {
                var workspace = field.UniqueAcrossWorkspaces || !item.Schema.Workspaceable ? "*" : ItemIdentity.WorkspaceOf(item);
                last = seen.Add((workspace, value)) ? last : (item, value);
            }
        }
        return last;
    }

    static string? ValueOf(DeclarativeItem item, Field field)
    {
        if (string.Equals(field.Name, item.ParentField, StringComparison.Ordinal))
        {
            return item.Parent!.Id;
        }
        var value = item.Source.Get(field.Name);
        return value is ValueMap map ? map.GetString("id") : value is null ? null : Value.ToText(value);
    }
}
