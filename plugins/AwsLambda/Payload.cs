using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>What a function is told of a request.</summary>
static class Payload
{
    static readonly HashSet<string> Texts =
        new(StringComparer.Ordinal) { "text/plain", "text/html", "application/xml", "text/xml", "application/soap+xml" };

    /// <summary>The payload, in JSON.</summary>
    public static async ValueTask<byte[]> MakeAsync(RequestContext context, AwsLambdaConfig config)
    {
        if (config.AwsgatewayCompatible is true)
            return ValueJson.Write(await GatewayEvent.MakeAsync(context, config));

        var forwards = config.ForwardRequestBody is true || config.ForwardRequestHeaders is true || config.ForwardRequestMethod is true
            || config.ForwardRequestUri is true;
        return ValueJson.Write(forwards ? await ForwardedAsync(context, config) : await ArgumentsAsync(context));
    }

    /// <summary>The body; <c>null</c> if there is none, or none that may be had.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> BodyAsync(RequestContext context, bool skipsLarge)
    {
        var body = await context.Request.GetRawBodyAsync(skipsLarge ? null : 0);
        if (body.IsOk)
            return body.Value.IsEmpty ? default(ReadOnlyMemory<byte>?) : body.Value;

        context.Log.Err("request body was buffered to disk, too large");
        return null;
    }

    /// <summary>Arguments as data: a text, <c>true</c>, or a list of them.</summary>
    public static ValueMap Arguments(QueryMap query)
    {
        var map = new ValueMap();
        foreach (var (name, value) in query)
            map[name] = value.Count == 1 ? One(value, 0) : new ValueList(Enumerable.Range(0, value.Count).Select(i => One(value, i)));

        return map;
    }

    static object One(QueryValue value, int index) => value[index] ?? (object)true;

    static async ValueTask<object> ArgumentsAsync(RequestContext context)
    {
        var arguments = Arguments(context.Request.GetQuery());
        var body = (await context.Request.GetBodyAsync()).Value;
        if (body is ValueList { Count: > 0 } items)
        {
            if (arguments.Count == 0)
                return items;

            for (var i = 0; i < items.Count; i++)
                arguments[(i + 1).ToString(CultureInfo.InvariantCulture)] = items[i];
        }

        foreach (var (name, value) in body as ValueMap ?? [])
            arguments[name] = value;

        return arguments;
    }

    static async ValueTask<ValueMap> ForwardedAsync(RequestContext context, AwsLambdaConfig config)
    {
        var payload = new ValueMap();
        if (config.ForwardRequestMethod is true)
            payload["request_method"] = context.Request.Method;

        if (config.ForwardRequestHeaders is true)
            payload["request_headers"] = Headers(context.Request.GetHeaders());

        if (config.ForwardRequestUri is true)
        {
            payload["request_uri"] = context.Request.PathWithQuery;
            payload["request_uri_args"] = Arguments(context.Request.GetQuery());
        }

        if (config.ForwardRequestBody is true)
            await AddBodyAsync(context, config, payload);

        return payload;
    }

    static async ValueTask AddBodyAsync(RequestContext context, AwsLambdaConfig config, ValueMap payload)
    {
        var body = await BodyAsync(context, config.SkipLargeBodies is true);
        var decoded = await context.Request.GetBodyAsync();
        var isOpaque = !decoded.IsOk && decoded.Error.Contains("content type", StringComparison.Ordinal);
        var encodes = isOpaque && config.Base64EncodeBody is true && !Texts.Contains(context.Request.GetHeader("content-type") ?? "");
        if (encodes)
        {
            payload["request_body"] = Convert.ToBase64String(body.GetValueOrDefault().Span);
            payload["request_body_base64"] = true;
        }
        else if (body is { } bytes)
        {
            payload["request_body"] = Encoding.UTF8.GetString(bytes.Span);
        }

        if (isOpaque)
            payload["request_body_args"] = new ValueMap();
        else if (decoded.IsOk)
            payload["request_body_args"] = decoded.Value;
    }

    static ValueMap Headers(HeaderMap headers)
    {
        var map = new ValueMap();
        foreach (var (name, value) in headers)
            map[name] = value.Count == 1 ? value.First : new ValueList(Enumerable.Range(0, value.Count).Select(i => (object)value[i]));

        return map;
    }
}
