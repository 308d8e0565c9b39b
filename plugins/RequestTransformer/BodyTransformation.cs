using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>Changes bodies of the kinds that can be changed. Of an empty body only additions make something.</summary>
static class BodyTransformation
{
    const int MaxArguments = 100;

    // Not a null in a conditional: that would become an empty body.
    static ReadOnlyMemory<byte>? Unchanged => null;

    public static async ValueTask ApplyAsync(RequestContext context, RuleSet rules, LuaScope scope)
    {
        var contentType = context.Request.GetHeader("content-type");
        var type = BodyTypes.Of(contentType);
        if (rules.IsEmpty || type == BodyType.Unknown)
            return;

        var body = await context.Request.GetRawBodyAsync();
        if (!body.IsOk)
        {
            context.Log.Warn(body.Error);
            return;
        }

        var changed = type switch
        {
            BodyType.Json => Json(body.Value, rules, scope),
            BodyType.Multipart => MultipartTransformation.Change(body.Value, contentType!, rules, scope),
            _ => Form(body.Value, rules, scope),
        };
        if (changed is { } replacement)
            await context.Service.Request.SetRawBodyAsync(replacement);
    }

    static ReadOnlyMemory<byte>? Form(ReadOnlyMemory<byte> body, RuleSet rules, LuaScope scope)
    {
        var arguments = QueryString.Parse(Encoding.UTF8.GetString(body.Span), MaxArguments);
        return QueryTransformation.Change(arguments, rules, scope, body.IsEmpty)
            ? Encoding.UTF8.GetBytes(QueryString.Write(arguments))
            : Unchanged;
    }

    static ReadOnlyMemory<byte>? Json(ReadOnlyMemory<byte> body, RuleSet rules, LuaScope scope)
    {
        object? value = null;
        if (body.IsEmpty)
            value = new ValueMap();
        else if (!ValueJson.TryRead(body.Span, out value, out _))
            return null;

        // Rules speak of fields at the top level: only an object has some.
        return value is ValueMap map && JsonFields.Change(map, rules, scope, body.IsEmpty) ? ValueJson.Write(map) : Unchanged;
    }
}
