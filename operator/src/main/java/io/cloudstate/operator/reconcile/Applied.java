package io.cloudstate.operator.reconcile;

import io.cloudstate.operator.desired.Fingerprint;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Map;

/**
 * What was asked for, and which fields of which object it gave us. Whoever changes one of them
 * takes it from us, and so the API server's own book tells drift from what others added; nothing is
 * compared with what the API server made of it.
 */
record Applied(String wanted, String uid, String fields) {

  static Applied of(HasMetadata wanted, HasMetadata live) {
    return new Applied(Fingerprint.of(wanted), live.getMetadata().getUid(), fieldsOf(live));
  }

  private static String fieldsOf(HasMetadata live) {
    return live.getMetadata().getManagedFields().stream()
        .filter(Applied::isOurs)
        .map(ManagedFieldsEntry::getFieldsV1)
        .map(fields -> Fingerprint.of(fields == null ? Map.of() : fields.getAdditionalProperties()))
        .findFirst()
        .orElse("");
  }

  private static boolean isOurs(ManagedFieldsEntry entry) {
    return Writer.FIELD_MANAGER.equals(entry.getManager())
        && "Apply".equals(entry.getOperation())
        && (entry.getSubresource() == null || entry.getSubresource().isEmpty());
  }
}
