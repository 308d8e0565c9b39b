using System.Data.Common;

namespace Gibbon.Storage.Sql;

/// <summary>The connection was lost while a transaction was committed: nobody can tell whether it was, so it must not be made once more.</summary>
internal sealed class UncertainCommitException(DbException cause) : DbException(cause.Message, cause);
