using System.Text;
using Gibbon.Admin.Entities;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin;

/// <summary>What an endpoint answers.</summary>
internal sealed record ApiAnswer(int Status)
{
    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the connection ends with the answer, since what else is on it was not read.</summary>
    public bool ClosesConnection { get; init; }

    /// <summary>What a failure is about, for the log; never shown to the client.</summary>
    public string? Reason { get; init; }

    public static ApiAnswer Json(int status, ValueMap body) => new(status)
    {
        Body = ValueJson.Write(body),
        ContentType = "application/json; charset=utf-8",
    };

    /// <summary>An entity, with the version that it is in.</summary>
    public static ApiAnswer Entity(int status, ValueMap entity) => Json(status, entity) with
    {
        Headers = new(StringComparer.OrdinalIgnoreCase) { ["ETag"] = EntityVersion.TagOf(entity) },
    };

    public static ApiAnswer Message(int status, string message) => Json(status, new ValueMap { ["message"] = message });

    public static ApiAnswer NotFound() => Message(404, "Not found");

    /// <summary>What keeps search engines away (RFC 9309).</summary>
    public const string NoRobots = "User-agent: *\nDisallow: /";

    public static ApiAnswer NoContent() => new(204);

    /// <summary>An error of the stored entities, as the Admin API tells it.</summary>
    public static ApiAnswer Error(EntityError error)
    {
        if (error.Name == EntityVersion.Changed.Name)
        {
            return Json(412, new ValueMap { ["name"] = error.Name, ["message"] = error.Message });
        }

        int status = error.Code switch
        {
            EntityErrorCode.UniqueViolation => 409,
            EntityErrorCode.NotFound => 404,
            EntityErrorCode.OperationUnsupported => 405,
            EntityErrorCode.DatabaseError or EntityErrorCode.TransformationError or EntityErrorCode.InvalidForeignKey
                or EntityErrorCode.InvalidWorkspace or EntityErrorCode.InvalidUniqueGlobal => 500,
            _ => 400,
        };
        return status == 500 ? Message(500, "An unexpected error occurred") with { Reason = error.ToString() } : Json(status, error.ToMap());
    }

    /// <summary>An error of the stored entities where Kong goes through all of a kind, for which it has words of its own.</summary>
    public static ApiAnswer Unreadable(EntityError error) => Message(500, "An unexpected error happened") with { Reason = error.ToString() };

    /// <summary>A page of the server's own, as nginx writes it.</summary>
    public static ApiAnswer Page(int status, string reason) => new(status)
    {
        Body = Encoding.ASCII.GetBytes(
            $"<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n<center><h1>{status} {reason}</h1></center>\r\n</body>\r\n</html>\r\n"),
        ContentType = "text/html; charset=UTF-8",
    };
}
