"""The consent texts. Whoever changes a word of a text gives it a new version: everybody is then asked again."""

from __future__ import annotations

from chalicelib.domains.visitor.privacy.model import ConsentKind, ConsentText

CONSENT_TEXTS: dict[ConsentKind, ConsentText] = {
    ConsentKind.ID_NUMBER: ConsentText(
        version="2026-01",
        title="使用身份证号",
        paragraphs=(
            "身份证号属于敏感个人信息。填写后，您到厂时可以在闸机刷身份证进出。",
            "我们会加密保存身份证号，页面上只显示首尾几位；预约批准后，仅把它发送给本厂的门禁系统。",
            "来访结束后按规定期限删除，您也可以随时在“我的 → 隐私与授权”中撤回。",
            "可以不同意：预约照常提交，到厂时用二维码进出。",
            "为他人填写时，请先征得本人同意；不满 14 周岁的，须由监护人同意。",
        ),
    ),
    ConsentKind.FACE: ConsentText(
        version="2026-02",
        title="使用人脸照片",
        paragraphs=(
            "人脸照片属于敏感个人信息。上传后，您到厂时可以在闸机刷脸进出。",
            "上传即通过互联网把照片传给我们；预约批准后，仅把它发送给本厂的门禁系统，不作其他用途。",
            "门禁系统收到后，我们通常在一小时内删除照片，最迟在来访结束后删除；您选择“记住这位访客”的，保存到您删除为止，长期不用的按隐私说明中的期限删除。",
            "您可以随时在“我的 → 隐私与授权”中撤回，撤回后立即删除。",
            "可以不同意：预约照常提交，到厂时用二维码进出。刷脸不是唯一的进出方式。",
            "为他人上传时，请先征得本人同意；不满 14 周岁的，须由监护人同意。",
        ),
    ),
    ConsentKind.PARK: ConsentText(
        version="2026-01",
        title="向园区管委会提供来访信息",
        paragraphs=(
            "江阴工业区管委会对进入园区的人员和车辆进行安全管理。",
            "预约批准后，我们把访客姓名、手机号、车牌号、来访时间、被访人和事由提供给园区管委会；不提供身份证号和人脸照片。",
            "按园区安全管理要求默认提供。可以不同意：预约照常提交，但进入园区时可能需要现场登记。",
            "您可以随时在“我的 → 隐私与授权”中撤回，撤回后不再提供新的来访信息。",
        ),
    ),
}
