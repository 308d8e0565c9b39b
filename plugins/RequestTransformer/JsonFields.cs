using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>
/// Changes the fields of a JSON object. As in Lua a field that is <c>false</c> counts as absent, one that is <c>null</c> does not; what is
/// put in is always text.
/// </summary>
static class JsonFields
{
    /// <summary>Changes fields; see <see cref="QueryTransformation.Change"/>.</summary>
    public static bool Change(ValueMap fields, RuleSet rules, LuaScope scope, bool isEmpty)
    {
        var isChanged = false;
        if (!isEmpty)
        {
            foreach (var rule in rules.Remove)
            {
                fields.Remove(rule.Name);
                isChanged = true;
            }

            foreach (var rule in rules.Rename)
                isChanged |= Rename(fields, rule.Name, rule.Render(scope));

            foreach (var rule in rules.Replace)
                if (IsThere(fields, rule.Name))
                    isChanged |= Set(fields, rule, scope);
        }

        foreach (var rule in rules.Add)
            if (!IsThere(fields, rule.Name))
                isChanged |= Set(fields, rule, scope);

        foreach (var rule in rules.Append)
            isChanged |= Append(fields, rule.Name, rule.Render(scope));

        return isChanged;
    }

    static bool IsThere(ValueMap fields, string name) => fields.TryGetValue(name, out var value) && value is not false;

    static bool Rename(ValueMap fields, string name, string? newName)
    {
        if (newName is null || newName == name || !IsThere(fields, name))
            return false;

        var value = fields[name];
        fields.Remove(name);
        fields[newName] = value;
        return true;
    }

    static bool Set(ValueMap fields, Rule rule, LuaScope scope)
    {
        if (rule.Render(scope) is not { } value)
            return false;

        fields[rule.Name] = value;
        return true;
    }

    static bool Append(ValueMap fields, string name, string? value)
    {
        if (value is null)
            return false;

        fields[name] = fields.Get(name) switch
        {
            string before => new ValueList { before, value },
            ValueList list => With(list, value),
            ValueMap map => LuaTables.Append(map, value),
            _ => new ValueList { value },
        };
        return true;
    }

    static ValueList With(ValueList list, string value)
    {
        list.Add(value);
        return list;
    }
}
