using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.Shared.Logs;

/// <summary>Fields that the operator adds to the entries of logging plugins, or takes out of them: <c>custom_fields_by_lua</c>.</summary>
sealed class CustomFields
{
    readonly KeyValuePair<string, object?>[] constants;

    /// <summary>Tells the constants from what has to be run.</summary>
    /// <param name="lua">A piece of Lua for each path; nil takes the field out.</param>
    public CustomFields(IReadOnlyDictionary<string, string>? lua)
    {
        var all = lua ?? new Dictionary<string, string>();
        constants = [.. all.Where(static item => ConstantLua.Check(item.Value) is null).Select(static item => KeyValuePair.Create(item.Key, ConstantLua.Evaluate(item.Value)))];
        Code = [.. all.Where(static item => ConstantLua.Check(item.Value) is not null)];
    }

    /// <summary>What needs a Lua machine: the path of a field, and the piece of Lua.</summary>
    public KeyValuePair<string, string>[] Code { get; }

    /// <summary>Sets the constants, for the whole request: logging plugins of lower priority show them as well.</summary>
    /// <param name="context">The request.</param>
    public void SetConstants(RequestContext context)
    {
        foreach (var (path, value) in constants)
            context.Log.SetSerializeValue(path, value);
    }
}
