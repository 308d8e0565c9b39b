using Microsoft.AspNetCore.Http;

namespace Gibbon.Admin;

/// <summary>Answers one method of one path.</summary>
internal delegate ValueTask<ApiAnswer> ApiHandler(HttpContext context);

/// <summary>A path of an API and what it answers to which method. HEAD and OPTIONS come by themselves.</summary>
internal sealed record ApiEndpoint(string Path, IReadOnlyDictionary<string, ApiHandler> Methods)
{
    public static ApiEndpoint Get(string path, ApiHandler handler) =>
        new(path, new Dictionary<string, ApiHandler>(StringComparer.Ordinal) { ["GET"] = handler });
}
