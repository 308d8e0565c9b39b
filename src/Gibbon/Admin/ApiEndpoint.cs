using Gibbon.Admin.Requests;

namespace Gibbon.Admin;

/// <summary>Answers one method of one path.</summary>
internal delegate ValueTask<ApiAnswer> ApiHandler(ApiRequest request);

/// <summary>Looks at a request before its method is considered; an answer ends it, null lets it go on.</summary>
internal delegate ValueTask<ApiAnswer?> ApiFilter(ApiRequest request);

/// <summary>A path of an API, with <c>:name</c> for a part that varies, and what it answers to which method. HEAD and OPTIONS come by themselves.</summary>
internal sealed record ApiEndpoint(string Path, IReadOnlyDictionary<string, ApiHandler> Methods)
{
    /// <summary>Runs first, whatever the method.</summary>
    public ApiFilter? Before { get; init; }

    /// <summary>Whether the body may be YAML, as that of <c>/config</c>.</summary>
    public bool TakesYaml { get; init; }

    /// <summary>Whether the methods that usually write change nothing here: a validation.</summary>
    public bool ChangesNothing { get; init; }

    /// <summary>HEAD is GET without a body.</summary>
    public ApiHandler? Handler(string method) => Methods.GetValueOrDefault(method == "HEAD" ? "GET" : method);

    public static ApiEndpoint Get(string path, ApiHandler handler) => Of(path, ("GET", handler));

    public static ApiEndpoint Get(string path, Func<ApiRequest, ApiAnswer> handler) => Get(path, request => new ValueTask<ApiAnswer>(handler(request)));

    public static ApiEndpoint Of(string path, params ReadOnlySpan<(string Method, ApiHandler Handler)> methods)
    {
        Dictionary<string, ApiHandler> handlers = new(StringComparer.Ordinal);
        foreach ((string method, ApiHandler handler) in methods)
        {
            handlers[method] = handler;
        }

        return new ApiEndpoint(path, handlers);
    }

    /// <summary>This endpoint with what another one of the same path says, which wins.</summary>
    public ApiEndpoint With(ApiEndpoint other)
    {
        Dictionary<string, ApiHandler> handlers = new(Methods, StringComparer.Ordinal);
        foreach ((string method, ApiHandler handler) in other.Methods)
        {
            handlers[method] = handler;
        }

        return new ApiEndpoint(Path, handlers)
        {
            Before = other.Before ?? Before,
            TakesYaml = TakesYaml || other.TakesYaml,
            ChangesNothing = ChangesNothing || other.ChangesNothing,
        };
    }
}
