using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>Changes the arguments of a query, or of a form. What changed a query writes it anew, sorted.</summary>
static class QueryTransformation
{
    public static void Apply(RequestContext context, RuleSet rules, TemplateScope scope)
    {
        if (rules.IsEmpty)
            return;

        var query = new QueryMap();
        foreach (var (name, value) in scope.Query)
            query[name] = value;

        Change(query, rules, scope, isEmpty: false);
        context.Service.Request.SetQuery(query);
    }

    /// <summary>Changes arguments.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="rules">How.</param>
    /// <param name="scope">The variables of templates.</param>
    /// <param name="isEmpty">Whether there was nothing, so that nothing can be taken out, renamed or replaced.</param>
    /// <returns>Whether a rule applied.</returns>
    public static bool Change(QueryMap arguments, RuleSet rules, LuaScope scope, bool isEmpty)
    {
        var isChanged = false;
        if (!isEmpty)
        {
            foreach (var rule in rules.Remove)
            {
                arguments.Remove(rule.Name);
                isChanged = true;
            }

            foreach (var rule in rules.Rename)
                isChanged |= Rename(arguments, rule.Name, rule.Render(scope));

            foreach (var rule in rules.Replace)
                if (arguments[rule.Name].Exists)
                    isChanged |= Set(arguments, rule, scope);
        }

        foreach (var rule in rules.Add)
            if (!arguments[rule.Name].Exists)
                isChanged |= Set(arguments, rule, scope);

        foreach (var rule in rules.Append)
            isChanged |= Append(arguments, rule.Name, rule.Render(scope));

        return isChanged;
    }

    static bool Rename(QueryMap arguments, string name, string? newName)
    {
        var value = arguments[name];
        if (!value.Exists || newName is null || newName == name)
            return false;

        arguments.Remove(name);
        arguments[newName] = value;
        return true;
    }

    static bool Set(QueryMap arguments, Rule rule, LuaScope scope)
    {
        if (rule.Render(scope) is not { } value)
            return false;

        arguments[rule.Name] = value;
        return true;
    }

    static bool Append(QueryMap arguments, string name, string? value)
    {
        if (value is null)
            return false;

        // A lone flag is no text that something could be put behind: it gives way.
        var before = arguments[name];
        arguments[name] = before is { Count: 1, IsFlag: true } ? value : before.With(value);
        return true;
    }
}
