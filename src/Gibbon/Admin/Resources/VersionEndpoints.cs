using System.Globalization;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Applying;
using Gibbon.Storage.Versions;

namespace Gibbon.Admin.Resources;

/// <summary><c>/versions</c>: what the configuration was, what changed, and the way back. Beyond Kong: docs/apply.md.</summary>
internal sealed class VersionEndpoints(ConfigurationChanger changer)
{
    private const int PageSize = 100;
    private const int ChangesSize = 1000;
    private const int LargestSize = 1000;

    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Get("/versions", ListAsync),
        ApiEndpoint.Get("/versions/:version", ShowAsync),
        ApiEndpoint.Of("/versions/:version/rollback", ("POST", RollBackAsync)),
    ];

    private async ValueTask<ApiAnswer> ListAsync(ApiRequest request)
    {
        if (Page(request, PageSize, long.MaxValue, out int size, out long before) is { } refused)
        {
            return refused;
        }

        (long current, EntityError? failure) = await changer.Versions.CurrentAsync(request.Cancellation);
        (IReadOnlyList<ConfigurationVersion>? versions, EntityError? error) =
            failure is null ? await changer.Versions.PageAsync(before, size + 1, request.Cancellation) : default;
        if (versions is null)
        {
            return ApiAnswer.Error((failure ?? error)!);
        }

        return Tagged(Answer(versions.Count > size, versions.Take(size).Select(ChangeReport.Of), "/versions", () => versions[size - 1].Number, size), current);
    }

    private async ValueTask<ApiAnswer> ShowAsync(ApiRequest request)
    {
        if (!TryNumber(request, out long number))
        {
            return ApiAnswer.NotFound();
        }

        if (Page(request, ChangesSize, 0, out int size, out long skip) is { } refused)
        {
            return refused;
        }

        (IReadOnlyList<ConfigurationVersion>? found, EntityError? error) = await changer.Versions.PageAsync(number + 1, 1, request.Cancellation);
        if (found is null)
        {
            return ApiAnswer.Error(error!);
        }

        if (found is not [var version] || version.Number != number)
        {
            return ApiAnswer.NotFound();
        }

        (IReadOnlyList<VersionChange>? changes, error) = await changer.Versions.ChangesAsync(number, (int)skip, size + 1, request.Cancellation);
        if (changes is null)
        {
            return ApiAnswer.Error(error!);
        }

        ValueMap body = ChangeReport.Of(version);
        body["changes"] = new ValueList(changes.Take(size).Select(change => ChangeReport.Of(change, changer.Schemas)));
        body["next"] = changes.Count > size ? string.Create(CultureInfo.InvariantCulture, $"/versions/{number}?offset={skip + size}&size={size}") : null;
        return ApiAnswer.Json(200, body);
    }

    private async ValueTask<ApiAnswer> RollBackAsync(ApiRequest request)
    {
        if (!TryNumber(request, out long number))
        {
            return ApiAnswer.NotFound();
        }

        if (ApplyArguments.Read(request, changer.Versions, out ApplyArguments arguments) is { } refused)
        {
            return refused;
        }

        (long current, EntityError? error) = await changer.Versions.CurrentAsync(request.Cancellation);
        (IReadOnlyList<ConfigurationVersion>? next, EntityError? failure) = error is null ? await changer.Versions.PageAsync(number + 2, 1, request.Cancellation) : default;
        if (next is null)
        {
            return ApiAnswer.Error((error ?? failure)!);
        }

        // The way back leads through every version since; they are dropped from the oldest on.
        if (number > current)
        {
            return ApiAnswer.NotFound();
        }

        if (number < current && (next is not [var after] || after.Number != number + 1))
        {
            return ApiAnswer.Message(409, $"versions after {number} are no longer kept");
        }

        ChangeNote.Current = (ChangeNote.Current ?? new ChangeNote("rollback")) with { Source = "rollback", Reason = arguments.Reason, RollbackTo = number };
        return arguments.Answer(await changer.RollBackAsync(number, arguments.Options, request.Cancellation), changer);
    }

    private ApiAnswer Tagged(ApiAnswer answer, long version)
    {
        answer.Headers["ETag"] = ApplyArguments.Tag(changer.Versions, version);
        return answer;
    }

    private static ApiAnswer Answer(bool hasMore, IEnumerable<ValueMap> data, string path, Func<long> last, int size)
    {
        ValueMap body = new() { ["data"] = new ValueList(data), ["next"] = null };
        if (hasMore)
        {
            body["offset"] = last().ToString(CultureInfo.InvariantCulture);
            body["next"] = string.Create(CultureInfo.InvariantCulture, $"{path}?offset={last()}&size={size}");
        }

        return ApiAnswer.Json(200, body);
    }

    private static ApiAnswer? Page(ApiRequest request, int usual, long beginning, out int size, out long offset)
    {
        (size, offset) = (usual, beginning);
        if (request.QueryText("size") is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= LargestSize))
        {
            return ApiAnswer.Message(400, $"size must be an integer between 1 and {LargestSize}");
        }

        return request.QueryText("offset") is { } mark && !(long.TryParse(mark, NumberStyles.None, CultureInfo.InvariantCulture, out offset) && offset <= int.MaxValue)
            ? ApiAnswer.Message(400, "offset must be that of an answer")
            : null;
    }

    private static bool TryNumber(ApiRequest request, out long number) =>
        long.TryParse(request.Parameter("version"), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < int.MaxValue;
}
