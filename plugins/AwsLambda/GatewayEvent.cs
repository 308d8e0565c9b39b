using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>The event that Amazon's API gateway makes of a request (version 1.0).</summary>
static class GatewayEvent
{
    public static async ValueTask<ValueMap> MakeAsync(RequestContext context, AwsLambdaConfig config)
    {
        var body = await Payload.BodyAsync(context, config.SkipLargeBodies is not false);
        // As in Kong, what is absent is encoded too: to an empty text.
        var encodes = config.Base64EncodeBody is not false;
        var headers = context.Request.GetHeaders();
        var query = Payload.Arguments(context.Request.GetQuery());
        var path = context.Service.Request.Path;
        var request = new ValueMap
        {
            ["version"] = "1.0",
            ["path"] = path,
            ["httpMethod"] = context.Request.Method,
            ["headers"] = Headers(headers, static value => value.First),
            ["multiValueHeaders"] = Headers(headers, static value => new ValueList(Enumerable.Range(0, value.Count).Select(i => (object)value[i]))),
            ["pathParameters"] = new ValueMap(context.Request.UriCaptures.Named.Select(static item => KeyValuePair.Create(item.Key, (object?)item.Value))),
            ["queryStringParameters"] = new ValueMap(query.Select(static item => KeyValuePair.Create(item.Key, item.Value is ValueList list ? list[0] : item.Value))),
            ["multiValueQueryStringParameters"] =
                new ValueMap(query.Select(static item => KeyValuePair.Create(item.Key, (object?)(item.Value as ValueList ?? [item.Value])))),
            ["isBase64Encoded"] = encodes,
            ["requestContext"] = RequestContextOf(context, path, headers["user-agent"].First),
        };
        if (encodes)
            request["body"] = Convert.ToBase64String(body.GetValueOrDefault().Span);
        else if (body is { } bytes)
            request["body"] = Encoding.UTF8.GetString(bytes.Span);

        return request;
    }

    static ValueMap RequestContextOf(RequestContext context, string path, string? userAgent)
    {
        var request = context.Request;
        var version = request.HttpVersion;
        var identity = new ValueMap { ["sourceIp"] = context.Client.Ip.ToString() };
        if (userAgent is not null)
            identity["userAgent"] = userAgent;

        return new ValueMap
        {
            ["path"] = path,
            ["protocol"] = version is { Minor: 0 } ? $"HTTP/{version.Major}" : $"HTTP/{version}",
            ["httpMethod"] = request.Method,
            ["domainName"] = request.Host,
            ["domainPrefix"] = request.Host.Split('.')[0],
            ["identity"] = identity,
            ["requestId"] = request.Id,
            ["requestTime"] = request.StartTime.UtcDateTime.ToString("dd/MMM/yyyy:HH:mm:ss '+0000'", CultureInfo.InvariantCulture),
            ["requestTimeEpoch"] = request.StartTime.ToUnixTimeMilliseconds(),
            ["resourcePath"] = path,
        };
    }

    static ValueMap Headers(HeaderMap headers, Func<HeaderValue, object?> value)
    {
        var map = new ValueMap();
        foreach (var (name, held) in headers)
            map[name] = value(held);

        return map;
    }
}
