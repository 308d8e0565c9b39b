using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.Shared.Logs;

/// <summary>Fields that the operator adds to the entries of logging plugins, or takes out of them: <c>custom_fields_by_lua</c>.</summary>
sealed class CustomFields
{
    readonly KeyValuePair<string, object?>[] fields;

    /// <summary>Evaluates what a configuration says.</summary>
    /// <param name="lua">A piece of Lua for each path; nil takes the field out.</param>
    public CustomFields(IReadOnlyDictionary<string, string>? lua) =>
        fields = [.. (lua ?? new Dictionary<string, string>()).Select(static item => KeyValuePair.Create(item.Key, ConstantLua.Evaluate(item.Value)))];

    /// <summary>
    /// The entry of a request, in JSON. The fields are set for the whole request: logging plugins of lower priority show them as well.
    /// </summary>
    /// <param name="context">The request.</param>
    public byte[] Entry(RequestContext context)
    {
        foreach (var (key, value) in fields)
            context.Log.SetSerializeValue(key, value);

        return ValueJson.Write(context.Log.Serialize());
    }
}
