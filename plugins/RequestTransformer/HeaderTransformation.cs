using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>Changes headers. The rules work on a copy, so that each sees what those before it did; only what changed is written.</summary>
static class HeaderTransformation
{
    public static void Apply(RequestContext context, RuleSet rules, LuaScope scope)
    {
        if (rules.IsEmpty)
            return;

        var headers = context.Request.GetHeaders();
        var changed = new List<string>();

        // Host is the gateway's business, unless somebody says outright what it shall be.
        headers.Remove("host");
        Remove(headers, rules.Remove, changed);
        Rename(headers, rules.Rename, changed, scope);
        Replace(headers, rules.Replace, changed, scope);
        Add(headers, rules.Add, changed, scope);
        Append(headers, rules.Append, changed, scope);
        Write(context.Service.Request, headers, changed);
    }

    static void Remove(HeaderMap headers, Rule[] rules, List<string> changed)
    {
        foreach (var rule in rules)
            if (headers.Remove(rule.Name))
                changed.Add(rule.Name);
    }

    static void Rename(HeaderMap headers, Rule[] rules, List<string> changed, LuaScope scope)
    {
        foreach (var rule in rules)
        {
            if (!headers.Contains(rule.Name) || rule.Render(scope) is not { } newName)
                continue;

            var value = headers[rule.Name];
            headers.Remove(rule.Name);
            headers[newName] = value;
            changed.Add(rule.Name);
            changed.Add(newName);
        }
    }

    static void Replace(HeaderMap headers, Rule[] rules, List<string> changed, LuaScope scope)
    {
        foreach (var rule in rules)
            if (headers.Contains(rule.Name) || IsHost(rule.Name))
                Set(headers, rule, changed, scope);
    }

    static void Add(HeaderMap headers, Rule[] rules, List<string> changed, LuaScope scope)
    {
        foreach (var rule in rules)
            if (!headers.Contains(rule.Name) && !IsHost(rule.Name))
                Set(headers, rule, changed, scope);
    }

    static void Append(HeaderMap headers, Rule[] rules, List<string> changed, LuaScope scope)
    {
        foreach (var rule in rules)
        {
            if (rule.Render(scope) is not { } value)
                continue;

            headers.Add(rule.Name, value);
            changed.Add(rule.Name);
        }
    }

    static void Set(HeaderMap headers, Rule rule, List<string> changed, LuaScope scope)
    {
        if (rule.Render(scope) is not { } value)
            return;

        headers[rule.Name] = value;
        changed.Add(rule.Name);
    }

    static void Write(ServiceRequest request, HeaderMap headers, List<string> changed)
    {
        foreach (var name in changed)
            if (!headers.Contains(name))
                request.ClearHeader(name);

        foreach (var name in changed)
            if (headers.Contains(name))
                request.SetHeader(name, headers[name]);
    }

    static bool IsHost(string name) => name.Equals("host", StringComparison.OrdinalIgnoreCase);
}
