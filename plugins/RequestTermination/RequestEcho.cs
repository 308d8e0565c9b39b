using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.RequestTermination;

/// <summary>A request, and what it matched, as an answer.</summary>
static class RequestEcho
{
    /// <summary>Describes a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="message">The message, if any.</param>
    public static async ValueTask<ValueMap> OfAsync(RequestContext context, string? message) => WithoutNulls(new ValueMap
    {
        ["message"] = message,
        ["kong"] = new ValueMap
        {
            ["node_id"] = context.Node.Id.ToString(),
            ["worker_pid"] = (long)Environment.ProcessId,
            ["hostname"] = context.Node.Hostname,
        },
        ["request"] = await RequestAsync(context.Request),
        ["matched_route"] = Entity(context, context.Router.Route),
        ["matched_service"] = Entity(context, context.Router.Service),
    });

    static async ValueTask<ValueMap> RequestAsync(Request request)
    {
        var raw = await request.GetRawBodyAsync();
        var body = await request.GetBodyAsync();
        return new ValueMap
        {
            ["scheme"] = request.Scheme,
            ["host"] = request.Host,
            ["port"] = (long)request.Port,
            ["headers"] = Headers(request),
            ["query"] = Query(request),
            ["body"] = body.IsOk ? body.Value : null,
            ["raw_body"] = raw.IsOk ? Encoding.UTF8.GetString(raw.Value.Span) : null,
            ["method"] = request.Method,
            ["path"] = request.Path,
            ["uri_captures"] = Captures(request.UriCaptures),
        };
    }

    static ValueMap Headers(Request request)
    {
        var map = new ValueMap();
        foreach (var (name, value) in request.GetHeaders())
            map[name] = value.Count == 1 ? value.First : new ValueList(Enumerable.Range(0, value.Count).Select(i => value[i]));

        return map;
    }

    static ValueMap Query(Request request)
    {
        var map = new ValueMap();
        foreach (var (name, value) in request.GetQuery())
            map[name] = value.Count == 1 ? Argument(value[0]) : new ValueList(Enumerable.Range(0, value.Count).Select(i => Argument(value[i])));

        return map;

        static object Argument(string? text) => text is null ? true : text;
    }

    static ValueMap Captures(UriCaptures captures) => new()
    {
        ["unnamed"] = new ValueList(captures.Unnamed),
        ["named"] = new ValueMap(captures.Named.Select(static capture => KeyValuePair.Create(capture.Key, (object?)capture.Value))),
    };

    /// <summary>An entity as Lua plugins see it: with its workspace, without what is null.</summary>
    static ValueMap? Entity<T>(RequestContext context, T? entity)
        where T : Entity
    {
        if (entity is null)
            return null;

        var map = WithoutNulls(Schema.Unbind(entity));
        map["ws_id"] = context.Plugin!.WorkspaceId.ToString();

        // A route without an expression has no field for its priority in Kong.
        if (!map.ContainsKey("expression"))
            map.Remove("priority");

        return map;
    }

    static ValueMap WithoutNulls(ValueMap map) => new(map
        .Where(static item => item.Value is not null)
        .Select(static item => KeyValuePair.Create<string, object?>(item.Key, item.Value is ValueMap inner ? WithoutNulls(inner) : item.Value)));
}
