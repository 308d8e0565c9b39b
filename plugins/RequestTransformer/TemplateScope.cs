using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>
/// What templates see of a request: <c>headers</c>, <c>query_params</c>, <c>uri_captures</c>, <c>shared</c>, read when first asked for, and the functions <c>type</c> and
/// <c>require</c>, which allows nothing. Other names are nil, as in Kong's sandbox.
/// </summary>
/// <param name="context">The request.</param>
sealed class TemplateScope(RequestContext context) : LuaScope
{
    static readonly LuaFunction Type = static arguments =>
        arguments.Length > 0 ? LuaValue.TypeOf(arguments[0]) : throw new LuaException("bad argument #1 to 'type' (value expected)");

    static readonly LuaFunction Require = static arguments =>
        throw new LuaException($"require '{LuaValue.ToText(arguments.FirstOrDefault())}' not allowed within sandbox");

    HeaderMap? headers;
    QueryMap? query;

    /// <summary>What a Lua machine has made of expressions; <c>null</c> where none was asked.</summary>
    public Dictionary<string, object?>? Evaluated { get; set; }

    /// <summary>The arguments of the query, as they were when somebody first asked. Not to be changed.</summary>
    public QueryMap Query => query ??= context.Request.GetQuery();

    public override object? Find(string name) => name switch
    {
        "headers" => headers ??= context.Request.GetHeaders(),
        "query_params" => Query,
        "uri_captures" => context.Request.UriCaptures,
        "shared" => context.Shared,
        "type" => Type,
        "require" => Require,
        _ => null,
    };
}
