using System.Globalization;
using Gibbon.Admin.Requests;
using Gibbon.Storage.Applying;
using Gibbon.Storage.Versions;

namespace Gibbon.Admin.Resources;

/// <summary>How a change of the whole configuration is asked for, and how its outcome is answered.</summary>
/// <param name="Options">Under which conditions.</param>
/// <param name="Expected">The condition as the client put it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Size">How many changes the answer lists.</param>
internal sealed record ApplyArguments(WholeOptions Options, string Expected, string? Reason, int Size)
{
    private const int DefaultSize = 1000;
    private const int LargestSize = 10_000;
    private const int LongestReason = 1000;

    /// <returns>What is wrong with the request, or with the version it is meant for; null when it can be tried.</returns>
    public static ApiAnswer? Read(ApiRequest request, IVersionLog versions, out ApplyArguments arguments)
    {
        string condition = request.Context.Request.Headers.IfMatch.ToString().Trim();
        string? reason = request.QueryText("reason");
        bool isPlan = request.QueryText("plan")?.ToLowerInvariant() is "1" or "true" or "on" or "yes";
        int size = DefaultSize;
        arguments = new ApplyArguments(new WholeOptions(ExpectedIn(condition, versions), isPlan), condition.Trim('"'), reason, size);
        if (request.QueryText("size") is { } text
            && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size <= LargestSize))
        {
            return ApiAnswer.Message(400, $"size must be an integer between 0 and {LargestSize}");
        }

        arguments = arguments with { Size = size };
        return reason is { Length: > LongestReason } ? ApiAnswer.Message(400, $"reason must not be longer than {LongestReason} characters") : null;
    }

    public ApiAnswer Answer(WholeChange change, ConfigurationChanger changer)
    {
        ApiAnswer answer = change switch
        {
            { IsStale: true } => ApiAnswer.Json(412, ChangeReport.Stale(change.Version, Expected)),
            { Error: { } error } => ApiAnswer.Error(error),
            { Plan.Refusal: { } refusal } => ApiAnswer.Json(400, refusal),
            _ => ApiAnswer.Json(200, ChangeReport.Of(change, Options.Rehearse, Size, changer.Schemas)),
        };
        if (answer.Status is 200 or 412)
        {
            answer.Headers["ETag"] = Tag(changer.Versions, change.Version);
        }

        return answer;
    }

    public static string Tag(IVersionLog versions, long version) => $"\"{versions.TagOf(version)}\"";

    // A tag, or the number alone. What no version can be is a version that is not the present one.
    private static long? ExpectedIn(string condition, IVersionLog versions)
    {
        if (condition is "" or "*")
        {
            return null;
        }

        string tag = condition.Trim('"');
        string number = tag.Split('-')[0];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long version) && (tag == number || tag == versions.TagOf(version)) ? version : -1;
    }
}
